/** Several images at once: one that cannot be pulled does not hide the others. */
import { CodedError, mapConcurrent } from 'oras-js';
import type { ConnectProof, ImageProof, ImageToProve, ProofOptions } from './image-proof.js';
import { proveImage } from './prove-image.js';

export type ProofOutcome =
  | { readonly image: ImageToProve; readonly proof: ImageProof }
  | { readonly image: ImageToProve; readonly error: CodedError };

/** Each asks for eight blobs at once already. */
const provenAtOnce = 4;

/** In the order of `images`. Rejects for an abort only. */
export async function proveImages(
  images: readonly ImageToProve[],
  connect: ConnectProof,
  options: ProofOptions = {},
): Promise<readonly ProofOutcome[]> {
  return mapConcurrent(
    images,
    provenAtOnce,
    async (image, call): Promise<ProofOutcome> => {
      try {
        return { image, proof: await proveImage(image, connect, { ...options, ...call }) };
      } catch (error) {
        if (error instanceof CodedError && call.signal?.aborted !== true)
          return { image, error: error as CodedError };
        throw error;
      }
    },
    options,
  );
}
