/**
 * Bars with their spread, as SVG: readable on a light page and on a dark one, and by a screen reader,
 * which is read every number.
 */
const width = 860;
const labelWidth = 330;
const barWidth = 400;
const rowHeight = 24;
const titleHeight = 40;

const style = `
  text { font: 14px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .ours { fill: #0969da }
  .theirs { fill: #8c959f }
  .spread { stroke: #1f2328; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .ours { fill: #4493f8 }
    .theirs { fill: #6e7681 }
    .spread { stroke: #e6edf3 }
  }
`;

/**
 * @param {string} title
 * @param {{ title: string, bars: { name: string, median: number, min: number, max: number }[] }[]} groups
 *   Each group has a scale of its own. Bars whose name begins with "sallyport" are ours.
 */
export function barChart(title, groups) {
  let y = 0;
  const parts = groups.map((group) => {
    const drawn = drawGroup(group, y);
    y += titleHeight + group.bars.length * rowHeight;
    return drawn;
  });
  const height = y + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(groups.map(inWords).join(' '))}</desc>
<style>${style}</style>
${parts.join('\n')}
</svg>
`;
}

function drawGroup({ title, bars }, top) {
  const longest = Math.max(...bars.map(({ max }) => max));
  const scale = (seconds) => ((seconds / longest) * barWidth).toFixed(1);
  const rows = bars.map(({ name, median, min, max }, at) => {
    const y = top + titleHeight + at * rowHeight;
    const middle = y + 8;
    const x = (seconds) => labelWidth + Number(scale(seconds));
    return [
      `<text x="${labelWidth - 8}" y="${y + 13}" text-anchor="end">${escaped(shortened(name))}</text>`,
      `<rect class="${name.startsWith('sallyport') ? 'ours' : 'theirs'}" x="${labelWidth}" y="${y}" width="${scale(median)}" height="16" rx="2"/>`,
      `<line class="spread" x1="${x(min)}" x2="${x(max)}" y1="${middle}" y2="${middle}"/>`,
      `<text x="${x(max) + 8}" y="${y + 13}">${told(median)} s</text>`,
    ].join('\n');
  });
  return [
    `<text class="title" x="8" y="${top + 28}">${escaped(title)}</text>`,
    rows.join('\n'),
  ].join('\n');
}

function inWords({ title, bars }) {
  return `${title}: ${bars.map(({ name, median }) => `${name} ${told(median)} seconds`).join(', ')}.`;
}

/** What fits beside a bar. */
function shortened(name) {
  return name.length <= 40 ? name : `${name.slice(0, 39)}…`;
}

function told(seconds) {
  return seconds.toFixed(seconds < 10 ? 2 : 0);
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
