/** Sends a request again when the trouble may pass. Bodies are opened again; uploads of blobs do not come through here. */
import type { Retries } from './retries.js';
import type { Send } from './send.js';

export function withRetries(send: Send, retries: Retries): Send {
  return async (request) => {
    const attempts = retries.begin(request);
    for (;;) {
      try {
        return await send(request);
      } catch (error) {
        await attempts.failed(error);
      }
    }
  };
}
