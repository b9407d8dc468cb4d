/** One input, one reader: taken, refused in a way that the reader states, or broken. */

/** @typedef {{ verdict: 'accepted' | 'refused' | 'broken', kind: string, error?: unknown }} Outcome */

/** Thrown by a reader's own checks: input was taken, and a promise about it does not hold. */
export class BrokenPromise extends Error {
  name = 'BrokenPromise';
}

export function promise(holds, text) {
  if (!holds) throw new BrokenPromise(text);
}

/** @returns {Promise<Outcome>} `kind` is the same for inputs that met the same end. */
export async function execute(reader, opened, input) {
  try {
    await opened.run(input);
    return polluted() ?? { verdict: 'accepted', kind: 'accepted' };
  } catch (error) {
    if (isStated(error, reader.refusals)) {
      return polluted() ?? { verdict: 'refused', kind: `${nameOf(error)}: ${shapeOf(error)}` };
    }
    return { verdict: 'broken', kind: `${nameOf(error)} ${placeOf(error)}`, error };
  }
}

/** By code, as programs tell them apart; JSON errors, which are internal to the readers, by name. */
function isStated(error, refusals) {
  return (
    refusals.includes(nameOf(error)) && typeof error.message === 'string' && error.message !== ''
  );
}

function nameOf(error) {
  const { name, code } = Object(error);
  return name === 'JsonError' ? name : String(/^[A-Z]+_[A-Z_]+$/.test(code) ? code : name);
}

/** The message without what differs from input to input. */
function shapeOf({ message }) {
  return message
    .replace(/, found .*|".*"|sha256:[a-z0-9]*|\/[^ ]*/gs, '…')
    .replace(/[0-9a-f]{8,}|[0-9]+/g, '0')
    .slice(0, 160);
}

/** Where it was thrown: two inputs that fail at one place are one finding. */
function placeOf(error) {
  const { message, stack } = Object(error);
  if (Object(error).name === 'BrokenPromise') return message.replace(/[0-9a-f]{6,}|[0-9]+/g, '0');
  const frames = String(stack)
    .split('\n')
    .filter((line) => /^ +at /.test(line));
  const own = frames.find((frame) => /\/packages\/[^/]+\/dist\//.test(frame));
  return (own ?? frames[0])?.replace(/^.*\/(?=packages\/|scripts\/)/, '') ?? String(message);
}

function polluted() {
  const found = Object.keys(Object.prototype);
  for (const key of found) delete Object.prototype[key];
  if (found.length === 0 && {}.polluted === undefined) return undefined;
  const error = new BrokenPromise(`the prototype of all objects got ${found.join(', ')}`);
  return { verdict: 'broken', kind: 'BrokenPromise prototype', error };
}
