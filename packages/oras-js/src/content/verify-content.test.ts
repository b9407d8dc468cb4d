/** Bytes that are proven on their way: once, whoever asks, and never less than whole. */
import { describe, expect, it } from '@jest/globals';
import { describeBytes, openingPieces } from '@sallyport/testing';
import { verifyContent } from './verify-content.js';

const bytes = Buffer.from('all the bytes of a layer');
const layer = describeBytes(bytes);
const other = describeBytes(Buffer.from('all the bytes of another'));

async function given(content: Uint8Array): Promise<AsyncIterable<Uint8Array>> {
  return await openingPieces(content)();
}

async function readToEnd(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of stream) expect(chunk.byteLength).toBeGreaterThan(0);
}

describe('verifying what is being verified', () => {
  it('hashes it once', async () => {
    const inner = verifyContent(await given(bytes), layer);
    expect(verifyContent(inner, layer)).toBe(inner);
  });

  it('hashes it again for another digest', async () => {
    const inner = verifyContent(await given(bytes), layer);
    await expect(readToEnd(verifyContent(inner, other))).rejects.toMatchObject({
      code: 'CONTENT_DIGEST_MISMATCH',
    });
  });

  it('does not take the rest of a stream for the whole of it', async () => {
    const inner = verifyContent(
      (async function* () {
        yield bytes.subarray(0, 3);
        yield bytes.subarray(3);
      })(),
      layer,
    );
    await inner.next();
    await expect(readToEnd(verifyContent(inner, layer))).rejects.toMatchObject({
      code: 'CONTENT_SIZE_MISMATCH',
    });
  });

  it('tells how much has passed, and that it was right only at the end', async () => {
    const told: (number | string)[] = [];
    await readToEnd(
      verifyContent(await given(bytes), layer, {
        onBytes: (count) => told.push(count),
        onProven: () => told.push('proven'),
      }),
    );
    expect(told.at(-1)).toBe('proven');
    expect(told.slice(0, -1).reduce((sum: number, count) => sum + Number(count), 0)).toBe(
      bytes.byteLength,
    );
    told.length = 0;
    const wrong = verifyContent(await given(Buffer.from(bytes).fill(0)), layer, {
      onProven: () => told.push('proven'),
    });
    await expect(readToEnd(wrong)).rejects.toMatchObject({ code: 'CONTENT_DIGEST_MISMATCH' });
    expect(told).toEqual([]);
  });
});
