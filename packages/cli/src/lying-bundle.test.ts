import { describe, it } from '@jest/globals';
import {
  expectNothingVisible,
  expectRefusal,
  openBundleScene,
  type HandmadeOptions,
} from '@sallyport/testing';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const scene = (options?: HandmadeOptions) =>
  openBundleScene((args, world) => runCommand('sallyport', allCommands, args, world), options);

/** The same length and path, other bytes; the list follows. */
const otherLastBlob: HandmadeOptions['contents'] = (contents) =>
  contents.map((each, at) =>
    at === contents.length - 1 ? { ...each, bytes: Buffer.alloc(each.bytes.length) } : each,
  );

describe('importing a bundle that is signed and wrong', () => {
  it.each<[string, number, string, HandmadeOptions]>([
    [
      'has a layer under the name of another',
      30,
      'BUNDLE_LIST_INVALID',
      { contents: otherLastBlob },
    ],
    ['lacks a layer', 30, 'BUNDLE_CONTENT_MISMATCH', { contents: (all) => all.slice(0, -1) }],
    [
      'has entries that no image names',
      30,
      'BUNDLE_CONTENT_MISMATCH',
      { list: (list) => ({ ...list, images: [] }) },
    ],
    [
      'has a second entry of one name',
      30,
      'BUNDLE_HEADER_MISMATCH',
      { archive: (entries) => [...entries.slice(0, -1), ...entries.slice(-2)] },
    ],
    [
      'has an unknown field',
      30,
      'BUNDLE_LIST_INVALID',
      { list: (list) => ({ ...list, extra: 1 }) },
    ],
    [
      'is of a newer version',
      2,
      'BUNDLE_TOO_NEW',
      { text: (json) => json.replace('bundle.v1+json', 'bundle.v2+json') },
    ],
    [
      'requires what is unknown',
      2,
      'BUNDLE_TOO_NEW',
      { list: (list) => ({ ...list, requires: ['x'] }) },
    ],
  ])('lets nothing be pulled when it %s', async (_what, exit, code, options) => {
    await using at = await scene(options);

    const runs = await at.tryAll(at.bundle.bytes);

    const codes = code === 'BUNDLE_HEADER_MISMATCH' ? [code, 'BUNDLE_TRAILING_BYTES'] : code;
    for (const run of runs) expectRefusal(run, { exit, code: codes });
    expectNothingVisible(at.registry);
  });
});
