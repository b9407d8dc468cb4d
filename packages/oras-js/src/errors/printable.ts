/**
 * Makes text that somebody else wrote fit for a terminal, a log and one line.
 *
 * Control characters could move the cursor or colour a lie, bidirectional marks
 * could reorder what is read. They are shown as escapes, never passed through.
 */

// C0, DEL, C1, line and paragraph separators, bidirectional controls, zero-width characters, BOM, lone surrogates.
const unprintable =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udfff]/gu;

/** @param maxLength In characters; what is longer is cut and ends with "…". Default 300. */
export function printable(text: string, maxLength = 300): string {
  const head = Array.from(text.slice(0, maxLength * 2));
  const isCut = head.length > maxLength || text.length > maxLength * 2;
  const kept = isCut ? head.slice(0, maxLength - 1) : head;
  return kept.join('').replace(unprintable, escaped) + (isCut ? '…' : '');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
