/** Sends one blob into one session by one method. Repeats nothing. */
import type { CallOptions, ReadOptions } from '../content/target.js';
import type { Descriptor } from '../content/descriptor.js';
import { ChunkReader } from './chunk-reader.js';
import { lastWhenProven, type ProvenSource } from './proven-source.js';
import type { UploadMethod } from './upload-methods.js';
import type { UploadSession } from './upload-session.js';

/** Below the 4 MiB that some registries take at most. */
const chunkBytes = 3 * 1024 * 1024;
/** Below 1 MiB, and below a million: the limit of web servers that nobody told otherwise. */
const smallChunkBytes = 960 * 1024;

export interface UploadStep {
  readonly content: Descriptor;
  readonly source: ProvenSource;
  readonly session: UploadSession;
  /** What the registry has already, in bytes. */
  readonly offset: number;
}

export async function uploadBy(
  method: UploadMethod,
  step: UploadStep,
  options: CallOptions,
): Promise<void> {
  if (method === 'monolithic' && step.offset === 0) {
    await sendMonolithic(step, options);
    return;
  }
  if (method === 'chunked') await sendChunks(step, chunkBytes, options);
  else if (method === 'small chunks') await sendChunks(step, smallChunkBytes, options);
  else await sendRest(step, options);
  await step.session.commit(undefined, options);
}

async function sendMonolithic(step: UploadStep, options: CallOptions): Promise<void> {
  const { content, source, session } = step;
  // This request commits by itself, so it must not be whole before the proof is.
  const open = (call: ReadOptions) =>
    Promise.resolve(lastWhenProven(source.from(0, call), content.size));
  await session.commit({ size: content.size, open }, options);
}

async function sendRest(step: UploadStep, options: CallOptions): Promise<void> {
  const { content, source, session, offset } = step;
  const size = content.size - offset;
  const open = (call: ReadOptions) => Promise.resolve(source.from(offset, call));
  if (size === 0) await readThrough(source.from(offset, options));
  else await session.patch({ size, open }, offset === 0 ? undefined : offset, options);
}

async function sendChunks(
  step: UploadStep,
  usualBytes: number,
  options: CallOptions,
): Promise<void> {
  const { content, source, session } = step;
  const size = Math.max(usualBytes, session.minChunkBytes);
  const reader = new ChunkReader(source.from(step.offset, options));
  try {
    for (let offset = step.offset; offset < content.size; offset += size) {
      const body = await reader.next(Math.min(size, content.size - offset));
      await session.patch(body, offset, options);
    }
    await reader.readToEnd();
  } finally {
    await reader.close();
  }
}

/** Nothing is left to send; the proof is still wanted. */
async function readThrough(bytes: AsyncGenerator<Uint8Array, void, undefined>): Promise<void> {
  const reader = new ChunkReader(bytes);
  await reader.readToEnd();
}
