/** What registries say that they have of an upload, and do not mean. */
import { describe, expect, it } from '@jest/globals';
import { bodyOf, pushToShelf, reply, shelfBytes, UploadShelf } from '@sallyport/testing';
import type { IncomingMessage, ServerResponse } from 'node:http';

class TalkingShelf extends UploadShelf {
  /** Takes a part only where it belongs, as the specification has it; otherwise puts it behind the last one. */
  isStrict = true;
  /** What it says after each part, and when it is asked; undefined to say nothing. */
  says: (stored: number, part: number) => string | undefined = (stored) => `0-${stored - 1}`;

  override async patch(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = /^(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1];
    if (this.isStrict && at !== undefined && Number(at) !== this.received.length) {
      request.resume();
      reply(response, 416, this.words(0));
      return;
    }
    const body = await bodyOf(request);
    this.received = Buffer.concat([this.received, body]);
    this.chunkSizes.push(body.length);
    reply(response, 202, this.words(body.length));
  }

  override status(response: ServerResponse): void {
    reply(response, 204, this.words(0));
  }

  private words(part: number): Record<string, string> {
    const Range = this.says(this.received.length, part);
    return { Location: '/v2/app/blobs/uploads/1', ...(Range === undefined ? {} : { Range }) };
  }
}

const habits = [
  ['the end of its first part for ever', () => '0-999999'],
  ['where its last part begins and ends in itself', (_, part) => `0-${Math.max(0, part - 1)}`],
  ['a range with a unit', (stored) => `bytes=0-${stored - 1}`],
  ['nothing', () => undefined],
  ['that it has one byte or none', () => '0-0'],
  ['that it has more than there is', () => '0-99999999'],
  ['no range', () => 'all of it'],
  ['where its last part stands in the whole', (stored, part) => `${stored - part}-${stored - 1}`],
] as const satisfies readonly (readonly [string, TalkingShelf['says']])[];

describe('sending parts to a registry that does not mean what it says of them', () => {
  for (const [what, says] of habits) {
    it(`sends each part once to one that says ${what}`, async () => {
      const shelf = new TalkingShelf();
      shelf.says = says;
      shelf.instead = (request, response) => {
        const isLarge = Number(request.headers['content-length'] ?? 0) > 4_000_000;
        if (isLarge) {
          request.resume();
          reply(response, 413);
        }
        return Promise.resolve(isLarge);
      };
      const { result } = await pushToShelf(shelf);
      expect(result).toEqual({ status: 'fulfilled', value: undefined });
      expect(shelf.chunkSizes).toEqual([3_145_728, 3_145_728, 708_544]);
      expect(shelf.stored?.equals(shelfBytes)).toBe(true);
    });
  }
});

describe('going on after a broken connection with a registry that does not mean what it says', () => {
  /** Its first connection breaks in the middle. */
  async function broken(says: TalkingShelf['says'], isStrict: boolean) {
    const shelf = new TalkingShelf();
    Object.assign(shelf, { says, isStrict });
    let isBroken = false;
    shelf.instead = async (request, response) => {
      if (request.method !== 'PATCH' || isBroken) return false;
      isBroken = true;
      for await (const chunk of request) {
        shelf.received = Buffer.concat([shelf.received, chunk as Buffer]);
        if (shelf.received.length > 2_000_000) break;
      }
      response.destroy();
      return true;
    };
    const { result, methods } = await pushToShelf(shelf);
    expect(result).toEqual({ status: 'fulfilled', value: undefined });
    expect(shelf.stored?.equals(shelfBytes)).toBe(true);
    return methods;
  }

  for (const [what, says] of habits) {
    it(`loses nothing and comes to an end with one that says ${what}`, async () => {
      await broken(says, true);
    });
  }

  it('finds out by the digest when the rest went to a wrong place', async () => {
    await broken(() => '0-999999', false);
  });

  it('does not start again because of a unit', async () => {
    const methods = await broken((stored) => `bytes=0-${stored - 1}`, true);
    expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'GET', 'PATCH', 'PUT']);
  });
});
