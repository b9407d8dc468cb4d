/** Values of the signed list that have a form of their own. Every refusal is a JsonError that names the place. */
import {
  ContentError,
  JsonError,
  parseDigest,
  stringAt,
  type Digest,
  type JsonValue,
} from 'oras-js';

const channelForm = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const timeForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const printableAscii = /^[\x20-\x7e]*$/;

/** What strings outside annotations may hold: nothing that could be displayed as something else. */
export function asciiAt(value: JsonValue | undefined, where: string, maxLength = 1024): string {
  const text = stringAt(value, where);
  if (!printableAscii.test(text)) throw new JsonError(`expected printable ASCII at ${where}`);
  if (text.length > maxLength) {
    throw new JsonError(
      `expected at most ${maxLength} characters at ${where}, found ${text.length}`,
    );
  }
  return text;
}

export function matchAt(
  value: JsonValue | undefined,
  where: string,
  form: RegExp,
  what: string,
): string {
  const text = asciiAt(value, where);
  if (form.test(text)) return text;
  throw new JsonError(`expected ${what} at ${where}, found ${JSON.stringify(text.slice(0, 80))}`);
}

export function digestAt(value: JsonValue | undefined, where: string): Digest {
  try {
    return parseDigest(stringAt(value, where));
  } catch (cause) {
    if (cause instanceof ContentError) throw new JsonError(`${where}: ${cause.message}`, { cause });
    throw cause;
  }
}

export function isChannel(text: string): boolean {
  return channelForm.test(text);
}

export function channelAt(value: JsonValue | undefined, where: string): string {
  return matchAt(value, where, channelForm, 'a channel name');
}

/** A real moment in the one spelling of the format: the calendar is checked, not only the digits. */
export function timeAt(value: JsonValue | undefined, where: string): string {
  const text = matchAt(value, where, timeForm, 'a time as YYYY-MM-DDTHH:MM:SSZ');
  const parsed = new Date(text);
  if (Number.isNaN(parsed.getTime()) || formatTime(parsed) !== text) {
    throw new JsonError(`expected a real date and time at ${where}, found "${text}"`);
  }
  return text;
}

/** `YYYY-MM-DDTHH:MM:SSZ`; fractions of a second are cut. */
export function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
