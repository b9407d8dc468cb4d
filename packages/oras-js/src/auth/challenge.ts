/**
 * What a 401 asks for.
 *
 * Several challenges may stand in one header or in many; schemes come in any
 * case, values quoted or not, with commas inside the quotes. Only Bearer and
 * Basic are answered here.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */

export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** As much as all headers of an answer may have together; what is cut would read as no challenge at all. */
const maxHeaderLength = 16_384;

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameterForm = new RegExp(
  `\\s*(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]*))\\s*(?:,|$)`,
  'y',
);
const schemeForm = new RegExp(`[\\s,]*(${token})(?=\\s|,|$)[ \\t]*(?:,|(?=.)|$)`, 'y');

export function parseChallenges(header: string): readonly Challenge[] {
  const text = header.slice(0, maxHeaderLength);
  const challenges: Challenge[] = [];
  let at = 0;
  while (at < text.length) {
    schemeForm.lastIndex = at;
    const scheme = schemeForm.exec(text)?.[1];
    if (scheme === undefined) break;
    const { parameters, end } = readParameters(text, schemeForm.lastIndex);
    challenges.push({ scheme: scheme.toLowerCase(), parameters });
    at = end;
  }
  return challenges;
}

/** The strongest challenge that can be answered: Bearer before Basic. */
export function chooseChallenge(challenges: readonly Challenge[]): Challenge | undefined {
  const bearer = challenges.find(
    ({ scheme, parameters }) => scheme === 'bearer' && parameters['realm'] !== undefined,
  );
  return bearer ?? challenges.find(({ scheme }) => scheme === 'basic');
}

function readParameters(
  text: string,
  start: number,
): { parameters: Record<string, string>; end: number } {
  const found = new Map<string, string>();
  let end = start;
  for (;;) {
    parameterForm.lastIndex = end;
    const match = parameterForm.exec(text);
    if (match?.[1] === undefined) break;
    const value = match[2] === undefined ? (match[3] ?? '') : match[2].replace(/\\(.)/g, '$1');
    found.set(match[1].toLowerCase(), value);
    end = parameterForm.lastIndex;
  }
  return { parameters: Object.fromEntries(found), end };
}
