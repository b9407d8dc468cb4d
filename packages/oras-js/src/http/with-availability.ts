/** Turns the answers of a server in trouble into errors: 408, 425, 429 and 5xx. Every other answer passes. */
import { errorFromResponse } from '../registry/error-from-response.js';
import type { Send } from './send.js';

export function withAvailability(send: Send): Send {
  return async (request) => {
    const response = await send(request);
    const { status } = response;
    if (status === 408 || status === 425 || status === 429 || status >= 500) {
      throw await errorFromResponse(request, response);
    }
    return response;
  };
}
