/**
 * The ways to send a blob, and which of them worked with whom.
 *
 * Registries and the proxies before them disagree: some take no body beside
 * PATCH, some none beside PUT, some only small ones. The first way is what
 * Docker does and hence what everybody has to take.
 */

export type UploadMethod =
  /** One PATCH with everything, closed by an empty PUT. */
  | 'stream'
  /** One PUT with everything. */
  | 'monolithic'
  /** A PATCH for every few megabytes, closed by an empty PUT. */
  | 'chunked'
  /** The same below one megabyte: what a web server takes that nobody told to take more. */
  | 'small chunks';

export function isInParts(method: UploadMethod): boolean {
  return method === 'chunked' || method === 'small chunks';
}

/** Remembers per origin for the life of the client. */
export class UploadMemory {
  private readonly winners = new Map<string, UploadMethod>();

  first(origin: string): UploadMethod {
    return this.winners.get(origin) ?? 'stream';
  }

  worked(origin: string, method: UploadMethod): void {
    this.winners.set(origin, method);
  }
}

/** @param isTooLarge A large body was the trouble: only smaller ones help. */
export function nextMethod(method: UploadMethod, isTooLarge: boolean): UploadMethod | undefined {
  switch (method) {
    case 'stream':
      return isTooLarge ? 'chunked' : 'monolithic';
    case 'monolithic':
      return 'chunked';
    case 'chunked':
      return isTooLarge ? 'small chunks' : undefined;
    case 'small chunks':
      return undefined;
  }
}
