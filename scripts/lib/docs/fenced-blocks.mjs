/** The fenced blocks of a markdown page, in order, as a reader would copy them. */

/** @returns {{ language: string, text: string, line: number, follows: boolean }[]} `follows`: nothing stands between it and the block before. */
export function fencedBlocks(page) {
  const form = /^( *)```(\w*)[^\n]*\n([^]*?)^\1```[ \t]*$/gm;
  let end = -1;
  return [...page.matchAll(form)].map((match) => {
    const [whole, indent, language, text] = match;
    const follows = end !== -1 && page.slice(end, match.index).trim() === '';
    end = match.index + whole.length;
    const line = page.slice(0, match.index).split('\n').length;
    return { language, text: withoutIndent(text, indent), line, follows };
  });
}

function withoutIndent(text, indent) {
  return text
    .split('\n')
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    .join('\n');
}
