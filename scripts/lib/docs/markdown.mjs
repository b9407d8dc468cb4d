/** The little markdown that generated pages need. Columns are aligned by the formatter afterwards. */

export const generatedNote =
  '<!-- Written by scripts/generate-docs.mjs. Change the sources it reads, then run it again. -->';

export function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map(row).join('\n');
}

function row(cells) {
  // A bar would end the cell.
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
}
