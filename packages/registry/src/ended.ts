/** Waits until an answer is over: sent to its end, or its connection gone. */
import type { ServerResponse } from 'node:http';

export async function ended(response: ServerResponse): Promise<void> {
  if (response.closed) return;
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
  });
}
