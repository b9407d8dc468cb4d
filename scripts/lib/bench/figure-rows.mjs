/** Figures as the cells of a table, the same on the screen and in the documentation. */

const heads = {
  name: '',
  wallSeconds: 'wall s',
  wallRatio: 'ours ÷ its wall',
  cpuSecondsPerGigabyte: 'processor s/GB',
  cpuRatio: 'ours ÷ its processor',
  othersCpuSecondsPerGigabyte: 'others s/GB',
  peakMebibytes: 'peak MiB',
  writtenShare: 'written ÷ size',
  requests: 'requests',
};
const digits = {
  wallSeconds: 2,
  wallRatio: 2,
  cpuSecondsPerGigabyte: 2,
  cpuRatio: 2,
  othersCpuSecondsPerGigabyte: 2,
  peakMebibytes: 0,
  writtenShare: 2,
};

/** @returns {{ head: string[], rows: string[][] }} Without a column that no contender has a figure for. */
export function figureRows(figures) {
  const columns = Object.keys(heads).filter((column) =>
    figures.some((each) => each[column] !== undefined),
  );
  return {
    head: columns.map((column) => heads[column]),
    rows: figures.map((each) => columns.map((column) => cell(column, each[column]))),
  };
}

function cell(column, value) {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  const [middle, least, most] = [value.median, value.min, value.max].map((number) =>
    number.toFixed(digits[column]),
  );
  return least === most ? middle : `${middle} [${least}–${most}]`;
}

/** Columns under each other. */
export function aligned({ head, rows }) {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at].length)));
  return [head, ...rows].map((row) =>
    row
      .map((text, at) => (at === 0 ? text.padEnd(widths[at]) : text.padStart(widths[at])))
      .join('  '),
  );
}
