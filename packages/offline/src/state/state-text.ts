/**
 * The state of a channel as text: one spelling to write, a strict reader.
 *
 * A state that cannot be understood is refused: taken for an empty one it
 * would let every old bundle in again.
 */
import { channelAt, digestAt, reasonAt, timeAt } from '@sallyport/bundle';
import {
  arrayAt,
  integerAt,
  JsonError,
  objectAt,
  onlyFields,
  parseStrictJson,
  printable,
  stringAt,
  stringsAt,
  type JsonObject,
  type JsonValue,
} from 'oras-js';
import type { ChannelState, ImportRecord, Landmark, Reset } from './channel-state.js';
import { StateError } from './state-error.js';

const stateType = 'application/vnd.sallyport.state.v1+json';

export function formatState(state: ChannelState): string {
  const { channel, highest, newestCreated, imports, reset } = state;
  const fields = { _type: stateType, channel, highest, newestCreated, imports, reset };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

/**
 * @param where Names the file for the reader of the error.
 * @throws StateError `STATE_INVALID` or `STATE_TOO_NEW`
 */
export function parseState(bytes: Uint8Array, channel: string, where: string): ChannelState {
  try {
    const file = objectAt(parseStrictJson(bytes, { maxDepth: 5, integersOnly: true }), 'the file');
    checkType(file['_type'], where);
    onlyFields(file, ['_type', 'channel', 'highest', 'newestCreated', 'imports', 'reset'], 'state');
    return readState(file, channel);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new StateError(
      'STATE_INVALID',
      `expected the state of the channel ${channel} in ${where}, found something else: ${cause.message}`,
      { cause, hint: `restore the file from a backup, or: ${resetHint(channel)}` },
    );
  }
}

export function resetHint(channel: string): string {
  return `sallyport state reset ${channel} --reason WHY`;
}

function checkType(value: JsonValue | undefined, where: string): void {
  const type = stringAt(value, '_type');
  if (type === stateType) return;
  const version = /^application\/vnd\.sallyport\.state\.v([0-9]{1,6})\+json$/.exec(type)?.[1];
  if (version === undefined) {
    throw new JsonError(`expected ${stateType} at _type, found ${printable(type, 80)}`);
  }
  throw new StateError(
    'STATE_TOO_NEW',
    `${where}: expected a state of version 1, found version ${version}`,
    { hint: 'use a newer sallyport' },
  );
}

function readState(file: JsonObject, expected: string): ChannelState {
  const { highest, newestCreated, reset } = file;
  const channel = channelAt(file['channel'], 'channel');
  if (channel !== expected) throw new JsonError(`it is that of the channel ${channel}`);
  const state = {
    channel,
    highest: highest === undefined ? undefined : readLandmark(highest, 'highest'),
    newestCreated: newestCreated === undefined ? undefined : timeAt(newestCreated, 'newestCreated'),
    imports: arrayAt(file['imports'], 'imports').map((item, at) =>
      readImport(item, `imports[${at}]`),
    ),
    reset: reset === undefined ? undefined : readReset(reset),
  };
  checkTogether(state);
  return state;
}

/** A file put together by hand must not know of imports and forget how high they were. */
function checkTogether({ highest, newestCreated, imports }: ChannelState): void {
  const isEmpty = imports.length === 0;
  if (isEmpty !== (highest === undefined) || isEmpty !== (newestCreated === undefined)) {
    throw new JsonError('expected "imports", "highest" and "newestCreated" together');
  }
  const higher = imports.find(
    ({ sequence, created }) =>
      sequence > (highest?.sequence ?? 0) || created > (newestCreated ?? ''),
  );
  if (higher !== undefined) {
    throw new JsonError(`expected nothing higher than "highest", found ${higher.sequence}`);
  }
}

function readLandmark(value: JsonValue, place: string): Landmark {
  const landmark = objectAt(value, place);
  onlyFields(landmark, ['sequence', 'bundle'], place);
  return landmarkOf(landmark, place);
}

function landmarkOf(fields: JsonObject, place: string): Landmark {
  return {
    sequence: integerAt(fields['sequence'], `${place}.sequence`),
    bundle: digestAt(fields['bundle'], `${place}.bundle`),
  };
}

const recordFields = [
  'sequence',
  'bundle',
  'created',
  'imported',
  'destination',
  'keys',
  'rollbackReason',
  'images',
];

function readImport(value: JsonValue, place: string): ImportRecord {
  const record = objectAt(value, place);
  onlyFields(record, recordFields, place);
  const { rollbackReason } = record;
  return {
    ...landmarkOf(record, place),
    created: timeAt(record['created'], `${place}.created`),
    imported: timeAt(record['imported'], `${place}.imported`),
    destination: stringAt(record['destination'], `${place}.destination`),
    keys: stringsAt(record['keys'], `${place}.keys`),
    // Written since images are told apart; before that nobody asked.
    images: stringsAt(record['images'] ?? [], `${place}.images`),
    rollbackReason:
      rollbackReason === undefined
        ? undefined
        : reasonAt(rollbackReason, `${place}.rollbackReason`),
  };
}

function readReset(value: JsonValue): Reset {
  const reset = objectAt(value, 'reset');
  onlyFields(reset, ['at', 'reason', 'forgotten'], 'reset');
  const { forgotten } = reset;
  return {
    at: timeAt(reset['at'], 'reset.at'),
    reason: reasonAt(reset['reason'], 'reset.reason'),
    forgotten: forgotten === undefined ? undefined : readLandmark(forgotten, 'reset.forgotten'),
  };
}
