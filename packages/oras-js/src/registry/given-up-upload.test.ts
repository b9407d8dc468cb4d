/** An upload that comes to nothing leaves nothing open at the registry, wherever it ended. */
import { describe, expect, it } from '@jest/globals';
import { pushToShelf, refusalText, reply, shelfBytes, UploadShelf } from '@sallyport/testing';

/** Breaks the connection of each body. */
function breaking(): UploadShelf {
  const shelf = new UploadShelf();
  shelf.instead = (request, response) => {
    if (request.method !== 'PATCH') return Promise.resolve(false);
    request.once('data', () => response.destroy());
    return Promise.resolve(true);
  };
  return shelf;
}

function interrupting() {
  const ctrlC = new AbortController();
  const reason = new Error('interrupted');
  const interrupt = (): void => {
    ctrlC.abort(reason);
  };
  return { interrupt, reason, options: { signal: ctrlC.signal } };
}

describe('giving up an upload that the registry has opened', () => {
  it('closes it there when interrupted in the pause before another attempt', async () => {
    const { interrupt, reason, options } = interrupting();
    const client = { retry: { firstWaitMs: 60_000 }, onRetry: () => setImmediate(interrupt) };
    const { result, methods } = await pushToShelf(breaking(), { options, client });
    expect(result).toEqual({ status: 'rejected', reason });
    expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'DELETE']);
  });

  it('closes it there when interrupted while the registry is asked what it has', async () => {
    const { interrupt, reason, options } = interrupting();
    const shelf = breaking();
    // It never answers.
    shelf.status = interrupt;
    const { result, methods } = await pushToShelf(shelf, { options });
    expect(result).toEqual({ status: 'rejected', reason });
    expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'GET', 'DELETE']);
  });

  it('closes it there when somebody else has brought the blob meanwhile', async () => {
    const shelf = new UploadShelf();
    shelf.commit = async (_, response) => {
      shelf.stored = shelfBytes;
      reply(response, 503);
    };
    const { result, methods } = await pushToShelf(shelf);
    expect(result).toMatchObject({ status: 'fulfilled' });
    expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'PUT', 'HEAD', 'DELETE']);
  });

  it('closes it there once when no attempt is left', async () => {
    const client = { retry: { maxRetries: 0 } };
    const { result, methods } = await pushToShelf(breaking(), { client });
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_UNREACHABLE' } });
    expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'DELETE']);
  });

  it('leaves alone what was committed, also when interrupted right after', async () => {
    const { interrupt, reason, options } = interrupting();
    const shelf = new UploadShelf();
    shelf.instead = ({ url }) => {
      const isQuestion = url?.includes('mount=') === true;
      if (isQuestion) interrupt();
      return Promise.resolve(isQuestion);
    };
    // After the third blob the registry is asked whether it mounts one from the same repository.
    const push = { options: { ...options, force: true }, times: 3 };
    const { result, methods } = await pushToShelf(shelf, push);
    expect(result).toEqual({ status: 'rejected', reason });
    expect(methods.slice(-4)).toEqual(['POST', 'PATCH', 'PUT', 'POST']);
  });
});

describe('giving up an upload that was opened in place of a mount', () => {
  const mountFrom = 'other';

  it('closes it there when the registry does not tell whether it has the blob', async () => {
    const shelf = new UploadShelf();
    shelf.instead = ({ method }, response) => {
      const isRefused = method === 'HEAD' || method === 'GET';
      if (isRefused) reply(response, 403, {}, refusalText('DENIED'));
      return Promise.resolve(isRefused);
    };
    const { result, methods } = await pushToShelf(shelf, { options: { mountFrom } });
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_DENIED' } });
    expect(methods).toEqual(['POST', 'HEAD', 'GET', 'DELETE']);
  });

  it('closes it there when interrupted in that question', async () => {
    const { interrupt, reason, options } = interrupting();
    const shelf = new UploadShelf();
    shelf.instead = ({ method }) => {
      if (method === 'HEAD') interrupt();
      return Promise.resolve(method === 'HEAD');
    };
    const { result, methods } = await pushToShelf(shelf, { options: { ...options, mountFrom } });
    expect(result).toEqual({ status: 'rejected', reason });
    expect(methods).toEqual(['POST', 'HEAD', 'DELETE']);
  });
});
