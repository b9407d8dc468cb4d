/**
 * One request, one answer: the shape that every layer of the client has.
 *
 * A layer takes a `Send` and returns a `Send`. None of them turns an answer
 * into something else than a registry gave; what an answer means is decided by
 * those who asked.
 */
import type { CallOptions, MemoryAt, ReadOptions } from '../content/target.js';
import type { LoginFacts } from '../auth/login-facts.js';
import type { Scope } from '../auth/scope.js';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Opened again for each attempt: what was half sent cannot be rewound. */
export interface RequestBody {
  /** In bytes; announced ahead of the body, and a body of another length is never completed. */
  readonly size: number;
  /** @param options Chunks may always be lent. */
  open(options: ReadOptions): Promise<AsyncIterable<Uint8Array>>;
}

/** On whose behalf a request is made. A request without it carries no credentials. */
export interface Access {
  /** The registry's name as the user wrote it, the key of its credentials. */
  readonly registry: string;
  /** The only scheme, host and port that may see its credentials. */
  readonly origin: string;
  readonly scopes: readonly Scope[];
}

export interface HttpRequest extends CallOptions {
  readonly method: Method;
  readonly url: URL;
  /** For error messages: "reading manifest 1.4 of registry.example.com/app". */
  readonly operation: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody | undefined;
  readonly access?: Access | undefined;
  /** Longest wait for the answer's headers, in milliseconds. Default: the client's `answerMs`. */
  readonly answerMs?: number | undefined;
  /** The chunks of the answer may be lent, each until the next one is asked for. Default false: each is the reader's own. */
  readonly lendChunks?: boolean;
  /** Where a redirect may lead. Default `anywhere`, without credentials. */
  readonly redirects?: 'anywhere' | 'same-origin';
}

/** How the request was authorised in the end: tells bad credentials from missing rights. */
export type CredentialKind = 'none' | 'anonymous' | 'basic' | 'token';

export interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** Of the last hop. */
  readonly url: URL;
  /** To be read once, or to be given up with `cancel`. Its bytes are counted against Content-Length. */
  readonly body: AsyncIterable<Uint8Array>;
  /** From now on bytes of the body, by their position in it, may be brought there. What is thrown there fails the body. */
  bringTo(memoryAt: MemoryAt): void;
  readonly credential?: CredentialKind;
  /** Of an answer to a request that showed a token, or that asked for one. */
  readonly login?: LoginFacts | undefined;
  /** Host of the proxy that handed the answer on, or gave it itself: without TLS nobody can tell which. */
  readonly proxy?: string | undefined;
  /** To be called before reading a body that is to be held: a slow server must not hold the reader for ever. */
  limitTime(): void;
  /** Closes the connection of a body that nobody wants; harmless at any time. */
  cancel(): void;
  /** Resolves when the connection is no longer in use, however that came. */
  readonly closed: Promise<void>;
}

export type Send = (request: HttpRequest) => Promise<HttpResponse>;
