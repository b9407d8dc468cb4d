/** A stream into its place of the file: read straight there, copied there, or both by turns. */
import { describe, expect, it } from '@jest/globals';
import { noise, tempDir } from '@sallyport/testing';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, type MemoryAt } from 'oras-js';
import { pieceBytes } from '../limits.js';
import { thisProcess } from '../owner/lock-owner.js';
import { alignedBuffers } from './aligned-memory.js';
import { BlobAssembly } from './blob-assembly.js';
import { Journal } from './journal.js';
import { partialName, PartialFile } from './partial-file.js';
import { SegmentWriter, writerBytes } from './segment-writer.js';

const content = noise('content', 8 * pieceBytes + 12_345);
/** Neither at the start of a piece nor of a page. */
const contentAt = 5 * 512;

type Source = (from: number, memoryAt: MemoryAt) => AsyncGenerator<Uint8Array>;

/** Reads into the memory that is wanted, and leaves it to `choose` whether to do so. */
function bringing(chunkBytes: number, choose: (position: number) => boolean): Source {
  return async function* (from, memoryAt) {
    for (let position = from; position < content.length;) {
      const wanted = choose(position) ? memoryAt(position) : undefined;
      const end = Math.min(position + chunkBytes, content.length);
      const source = content.subarray(position, end);
      if (wanted === undefined) {
        yield source;
        position = end;
      } else {
        const count = source.copy(wanted);
        yield wanted.subarray(0, count);
        position += count;
      }
    }
  };
}

/** As a connection does that has something: reads on before the chunk before it was taken. */
async function* oneAhead(from: number, memoryAt: MemoryAt): AsyncGenerator<Uint8Array> {
  const chunks = bringing(pieceBytes, () => true)(from, memoryAt);
  let before = await chunks.next();
  while (before.done !== true) {
    const next = await chunks.next();
    yield before.value;
    before = next;
  }
}

/** @returns What stands in the file where the content belongs. */
async function writing(
  act: (writer: SegmentWriter, blob: BlobAssembly) => Promise<void>,
): Promise<Buffer> {
  await using folder = await tempDir();
  const name = join(folder.path, 'b.tar');
  const file = await PartialFile.create(name);
  const journal = await Journal.create(join(folder.path, 'journal'), await thisProcess());
  try {
    await file.resize(contentAt + content.length);
    await file.avoidCache();
    const entry = { path: 'blobs/sha256/x', digest: digestOf(content), size: content.length };
    const blob = new BlobAssembly(
      { entry, headerAt: contentAt - 512, contentAt },
      { file, journal },
    );
    const [segment] = blob.segments;
    const [memory] = alignedBuffers(1, writerBytes);
    if (segment === undefined || memory === undefined) throw new Error('expected a segment');
    await act(new SegmentWriter(blob, segment, memory), blob);
    return (await readFile(partialName(name))).subarray(contentAt);
  } finally {
    await journal.remove();
    await file.discard();
  }
}

describe('writing a segment', () => {
  it.each<[string, Source]>([
    ['straight into its pieces', bringing(pieceBytes, () => true)],
    ['in small parts of them', bringing(100_000, () => true)],
    ['from other memory', bringing(pieceBytes, () => false)],
    ['from other memory, in chunks of more than a piece', bringing(3 * pieceBytes, () => false)],
    ['straight into its pieces, one chunk ahead', oneAhead],
    ['by turns', bringing(300_000, (position) => position % 200_000 === 0)],
  ])('writes what comes %s', async (_how, source) => {
    const written = await writing(async (writer, blob) => {
      await writer.takeFrom(source(0, writer.memoryAt), content.length);
      expect(blob.claimProof()).toBe(true);
      await blob.prove();
    });
    expect(written.equals(content)).toBe(true);
  });

  it('gives no memory that holds what is not written yet, nor that of pieces far ahead', async () => {
    const first = pieceBytes - contentAt;
    await writing(async (writer) => {
      const source = async function* (): AsyncGenerator<Uint8Array> {
        yield content.subarray(0, first + 1000);
        expect(writer.memoryAt(first + 999)).toBeUndefined();
        expect(writer.memoryAt(first + 1000)).toHaveLength(pieceBytes - 1000);
        expect(writer.memoryAt(first + pieceBytes)).toHaveLength(pieceBytes);
        expect(writer.memoryAt(first + 2 * pieceBytes)).toBeUndefined();
        yield content.subarray(first + 1000);
      };
      await writer.takeFrom(source(), content.length);
    });
  });

  it('goes on with another source where the first one broke off', async () => {
    const written = await writing(async (writer, blob) => {
      const broken = async function* (): AsyncGenerator<Uint8Array> {
        let taken = 0;
        for await (const chunk of bringing(pieceBytes, () => true)(0, writer.memoryAt)) {
          if (taken > 2 * pieceBytes) throw new Error('broken off');
          taken += chunk.byteLength;
          yield chunk;
        }
      };
      await expect(writer.takeFrom(broken(), content.length)).rejects.toThrow('broken off');
      const [segment] = blob.segments;
      const from = segment?.written ?? 0;
      expect(from).toBeGreaterThan(2 * pieceBytes);
      await writer.takeFrom(
        bringing(pieceBytes, () => true)(from, writer.memoryAt),
        content.length,
      );
      await blob.prove();
    });
    expect(written.equals(content)).toBe(true);
  });

  it('asks anew for what was cut off, when its end moves back while it is taken', async () => {
    const middle = 2 * pieceBytes;
    const written = await writing(async (writer, blob) => {
      const [segment] = blob.segments;
      if (segment === undefined) throw new Error('expected a segment');
      segment.end = middle;
      const source = async function* (): AsyncGenerator<Uint8Array> {
        yield content.subarray(0, middle - 10_000);
        setImmediate(() => {
          segment.end = content.length;
        });
        yield content.subarray(middle - 10_000);
      };
      await writer.takeFrom(source(), content.length);
      expect(segment).toMatchObject({ written: middle, end: content.length });
      await writer.takeFrom(
        bringing(pieceBytes, () => true)(middle, writer.memoryAt),
        content.length,
      );
      await blob.prove();
    });
    expect(written.equals(content)).toBe(true);
  });

  it('moves what came to another place of its memory', async () => {
    const written = await writing(async (writer, blob) => {
      const source = async function* (): AsyncGenerator<Uint8Array> {
        const wanted = writer.memoryAt(0);
        if (wanted === undefined) throw new Error('expected memory');
        const count = content.copy(wanted, 1000);
        yield wanted.subarray(1000, 1000 + count);
        yield content.subarray(count);
      };
      await writer.takeFrom(source(), content.length);
      await blob.prove();
    });
    expect(written.equals(content)).toBe(true);
  });
});
