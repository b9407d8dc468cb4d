/**
 * Whether a run printed what a page says it prints.
 *
 * Left out of the comparison is what differs from run to run: digests, key
 * fingerprints, times, sequence numbers, ports, amounts of bytes. A line
 * `...` in the page stands for any number of lines, and at the end of a line
 * for the rest of it.
 */

const changing = [
  [/\b[0-9a-f]{64}\b/g, 'DIGEST'],
  [/\b(?:[0-9a-f]{4} ){15}[0-9a-f]{4}\b/g, 'FINGERPRINT'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME'],
  [/\bsequence \d+/g, 'sequence NUMBER'],
  [/\b127\.0\.0\.1:\d+/g, 'ADDRESS'],
  [/\b[\d.]+ (?:B|[kMGT]B)\b/g, 'AMOUNT'],
];

export function isSameOutput(documented, printed) {
  return linesMatch(comparable(documented), comparable(printed));
}

export function comparable(text) {
  const same = changing.reduce((sum, [form, name]) => sum.replace(form, name), text);
  return same
    .trim()
    .split('\n')
    .map((line) => line.trimEnd());
}

function linesMatch([line, ...documented], printed) {
  if (line === undefined) return printed.length === 0;
  if (line === '...') {
    return (
      printed.some((_, at) => linesMatch(documented, printed.slice(at))) || documented.length === 0
    );
  }
  return isSameLine(line, printed[0]) && linesMatch(documented, printed.slice(1));
}

function isSameLine(documented, printed) {
  if (!documented.endsWith('...')) return documented === printed;
  return printed?.startsWith(documented.slice(0, -'...'.length)) ?? false;
}
