/**
 * Not more requests at once than a host should bear, and none while it asked to be left alone.
 *
 * Uploads have places of their own: the body of one may be a download from the
 * same host, and both waiting for the last place would wait for ever.
 */
import { Slots } from '../async/slots.js';
import type { Retries } from './retries.js';
import type { Send } from './send.js';

export function withPacing(send: Send, retries: Retries, maxPerHost: number): Send {
  const hosts = new Map<string, Slots>();
  return async (request) => {
    const { host } = request.url;
    await retries.whenWelcome(host, request.signal);
    const key = request.body === undefined ? host : `${host} body`;
    const slots = hosts.get(key) ?? new Slots(maxPerHost);
    hosts.set(key, slots);
    const release = await slots.take(request.signal);
    try {
      const response = await send(request);
      // The place is taken until the connection is free, not only until the headers are there.
      void response.closed.then(release);
      return response;
    } catch (error) {
      release();
      throw error;
    }
  };
}
