/** Hashing while threads are busy, and where the system gives no more of them: nobody waits for ever. */
import { describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { digestOf } from 'oras-js';
import { HashThreads, type OpenFile } from './hash-threads.js';

const letter = { position: 0, length: 1 };
const letterDigest = digestOf(Buffer.from('a'));
/** Holes: nothing is stored, and to read them to their end would take many minutes. */
const holes = { position: 1, length: 2 ** 40 };
const reason = new Error('interrupted');

/** One at a time, of which another start than the usual one gives the second. */
class OddSecond extends HashThreads {
  private readonly startSecond: () => Worker;
  private starts = 0;

  constructor(file: OpenFile, startSecond = () => super.start()) {
    super(file, 1);
    this.startSecond = startSecond;
  }

  protected override start(): Worker {
    this.starts += 1;
    return this.starts === 2 ? this.startSecond() : super.start();
  }
}

/** @param use Gets threads of which the only one is busy until `stop` is called; then there is none. */
async function whileBusy(
  use: (threads: HashThreads, stop: () => Promise<void>) => Promise<void>,
  startSecond?: () => Worker,
): Promise<void> {
  await using dir = await tempDir();
  await using file = await open(join(dir.path, 'f'), 'wx+');
  await file.write('a');
  await file.truncate(holes.position + holes.length);
  await using threads = new OddSecond({ name: 'f', descriptor: file.fd }, startSecond);
  const ctrlC = new AbortController();
  let busy: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve) => {
    const onBytes = (): void => {
      resolve();
    };
    busy = threads.hash(holes, { signal: ctrlC.signal, onBytes });
  });
  await use(threads, async () => {
    ctrlC.abort(reason);
    await expect(busy).rejects.toBe(reason);
  });
}

describe('a thread that nobody waits for', () => {
  it('may end, and may break, and another takes its place', async () => {
    await using dir = await tempDir();
    await using file = await open(join(dir.path, 'f'), 'wx+');
    await file.write('a');
    const started: Worker[] = [];
    class Watched extends HashThreads {
      protected override start(): Worker {
        const thread = super.start();
        started.push(thread);
        return thread;
      }
    }
    await using threads = new Watched({ name: 'f', descriptor: file.fd }, 1);
    expect(await threads.hash(letter, {})).toBe(letterDigest);

    const [first] = started;
    first?.emit('error', Object.assign(new Error(), { code: 'ERR_WORKER_OUT_OF_MEMORY' }));
    await first?.terminate();

    expect(await threads.hash(letter, {})).toBe(letterDigest);
    expect(started).toHaveLength(2);
  });
});

describe('waiting for a thread', () => {
  it('ends with the reason when it is interrupted, and takes no turn of those behind', async () => {
    await whileBusy(async (threads, stop) => {
      const ctrlC = new AbortController();
      const gone = threads.hash(letter, { signal: ctrlC.signal });
      const next = threads.hash(letter, {});
      ctrlC.abort(reason);
      await expect(gone).rejects.toBe(reason);
      await stop();
      expect(await next).toBe(letterDigest);
    });
  });

  it.each([
    [
      'cannot be started',
      'ERR_WORKER_INIT_FAILED',
      () => {
        throw Object.assign(new Error('EAGAIN'), { code: 'ERR_WORKER_INIT_FAILED' });
      },
    ],
    [
      'breaks when it starts',
      'ERR_WORKER_OUT_OF_MEMORY',
      () => {
        const broken = "throw Object.assign(new Error(), { code: 'ERR_WORKER_OUT_OF_MEMORY' })";
        return new Worker(broken, { eval: true });
      },
    ],
    ['ends when it starts', undefined, () => new Worker('process.exit(3)', { eval: true })],
  ])('says so when one %s, and lets the next have its turn', async (_what, code, startSecond) => {
    await whileBusy(async (threads, stop) => {
      const both = Promise.allSettled([threads.hash(letter, {}), threads.hash(letter, {})]);
      await stop();
      const [refused, next] = await both;
      expect(refused).toMatchObject({
        reason: {
          code: 'BUNDLE_UNREADABLE',
          message: `cannot read f in a thread of its own (${code ?? 'it ended with 3'})`,
          hint: expect.stringContaining('threads'),
          cause: code === undefined ? { message: 'it ended with 3' } : { code },
        },
      });
      expect(next).toEqual({ status: 'fulfilled', value: letterDigest });
      expect(await threads.hash(letter, {})).toBe(letterDigest);
    }, startSecond);
  });
});
