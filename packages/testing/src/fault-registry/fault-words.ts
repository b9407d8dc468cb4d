/** The words in which a test says what a registry does wrong. Of several faults, the first described happens first. */
import type { ServerResponse } from 'node:http';
import type { Descriptor, MemoryStore } from 'oras-js';
import { contentFault, type WrongBody } from './content-fault.js';
import type { Fault } from './fault.js';
import { matchesRequest, type RequestPattern } from './request-pattern.js';
import { errorBody, statusFault, type StatusFaultOptions } from './status-fault.js';
import { brokenUploadFault, lostAnswerFault, stalledUploadFault } from './upload-fault.js';

export interface Times {
  /** How often it happens; then the registry behaves again. Default: each time. */
  readonly times?: number;
}

export class FaultWords {
  /** What the registry holds; names in it are `repository:tag`. */
  readonly store: MemoryStore;
  protected readonly faults: Fault[] = [];

  protected constructor(store: MemoryStore) {
    this.store = store;
  }

  /** Sends the first `afterBytes` of it and then nothing more, without ending. */
  stalls(content: Descriptor, { afterBytes, times }: { afterBytes: number } & Times): void {
    this.spoils(content, times, (right) => ({
      announcedBytes: right.length,
      bytes: right.subarray(0, afterBytes),
      then: 'stall',
    }));
  }

  /** Breaks the connection when `afterBytes` of an answer are out. */
  closesDuring(content: Descriptor, { afterBytes, times }: { afterBytes: number } & Times): void {
    this.spoils(content, times, (right) => ({
      announcedBytes: right.length,
      bytes: right.subarray(0, afterBytes),
      then: 'close',
    }));
  }

  /** Sends other bytes, with a length that is right for them. */
  sendsInstead(content: Descriptor, bytes: string | Uint8Array, { times }: Times = {}): void {
    const wrong = Buffer.from(bytes);
    this.spoils(content, times, () => whole(wrong));
  }

  /** Sends only the first `bytes` bytes, as if that were all. */
  sendsShort(content: Descriptor, bytes: number, { times }: Times = {}): void {
    this.spoils(content, times, (right) => whole(right.subarray(0, bytes)));
  }

  /** Sends `bytes` bytes more than there are. */
  sendsExtra(content: Descriptor, bytes: number, { times }: Times = {}): void {
    this.spoils(content, times, (right) => whole(Buffer.concat([right, Buffer.alloc(bytes, 'x')])));
  }

  /** Answers that many requests, and says nothing to the next one until the client gives up. */
  fallsSilent({ after }: { after: number }): void {
    let toAnswer = after;
    this.faults.push({
      timesLeft: 1,
      matches: () => toAnswer-- === 0,
      happen: (request) => {
        // A socket that nobody reads would not notice that the client is gone.
        request.resume();
        return true;
      },
    });
  }

  /** Answers so in place of the registry. Of several faults, the one described first comes first. */
  answers(status: number, options: StatusFaultOptions = {}): void {
    this.faults.push(statusFault(status, options));
  }

  /** Refuses every request that would store something. */
  refusesPush(status: number, code: string, message: string): void {
    this.answers(status, { to: /^(?:POST|PUT|PATCH) \/v2\//, body: errorBody(code, message) });
  }

  /** Answers a request for a range with the whole content, as some registries do. */
  ignoresRange(): void {
    this.faults.push({
      timesLeft: Infinity,
      matches: (request) => request.headers.range !== undefined,
      happen: (request) => {
        delete request.headers.range;
        return false;
      },
    });
  }

  /** Breaks the connection when that many bytes of an upload have arrived; they are kept. */
  breaksUploads({ afterBytes, times = Infinity }: { afterBytes: number } & Times): void {
    this.faults.push(brokenUploadFault(/^(?:POST|PUT|PATCH) .*\/uploads\//, afterBytes, times));
  }

  /** Stores that many bytes of an upload and no more, and does not answer until the client gives up. */
  stallsUploads({ afterBytes, times = Infinity }: { afterBytes: number } & Times): void {
    this.faults.push(stalledUploadFault(/^(?:POST|PUT|PATCH) .*\/uploads\//, afterBytes, times));
  }

  /** Does what is asked, and breaks the connection before it says so. */
  losesAnswers({ to, times = Infinity }: { to: RequestPattern } & Times): void {
    this.faults.push(lostAnswerFault(to, times));
  }

  /** Says this in the `Warning` header of every answer. */
  warns(text: string): void {
    this.faults.push({
      timesLeft: Infinity,
      matches: () => true,
      happen: (_, response) => {
        response.setHeader('Warning', `299 - "${text}"`);
        return false;
      },
    });
  }

  /** Points `name` at `content` as soon as a request like this one has been answered. */
  movesTag(name: string, content: Descriptor, { after }: { after: RequestPattern }): void {
    this.faults.push({
      timesLeft: 1,
      matches: (request) => matchesRequest(request, after),
      happen: (_, response) => {
        const end = response.end.bind(response) as (...rest: unknown[]) => ServerResponse;
        response.end = (...rest: unknown[]) => {
          void this.store.tag(content, name).then(() => end(...rest));
          return response;
        };
        return false;
      },
    });
  }

  /** Answers every request for a blob with a redirect to the same path elsewhere. */
  redirectsBlobsTo(other: { readonly url: string }): void {
    this.faults.push({
      timesLeft: Infinity,
      matches: ({ method = '', url = '' }) =>
        /^(?:GET|HEAD)$/.test(method) && /\/blobs\/[^/]+$/.test(url),
      happen: ({ url = '' }, response) => {
        response.writeHead(307, { Location: `${other.url}${url}` }).end();
        return true;
      },
    });
  }

  private spoils(
    content: Descriptor,
    times: number | undefined,
    spoil: (right: Buffer) => WrongBody,
  ): void {
    this.faults.push(contentFault(this.store, content, { times: times ?? Infinity, spoil }));
  }
}

function whole(bytes: Uint8Array): WrongBody {
  return { announcedBytes: bytes.byteLength, bytes, then: 'end' };
}
