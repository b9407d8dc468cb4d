/**
 * The ways to send a blob, and which of them worked with whom.
 *
 * Registries and the proxies before them disagree: some take no body beside
 * PATCH, some none beside PUT, some only small ones. The first way is what
 * Docker does and hence what everybody has to take; a small blob goes in one
 * request less, as the specification has it.
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

/** Up to here nothing is lost when it has to be sent again from its start. */
const smallBytes = 512 * 1024;

/** Remembers per origin, small blobs apart, for the life of the client. */
export class UploadMemory {
  private readonly winners = new Map<string, UploadMethod>();

  first(origin: string, size: number): UploadMethod {
    const known = this.winners.get(kindOf(origin, size));
    return known ?? (size <= smallBytes ? 'monolithic' : 'stream');
  }

  worked(origin: string, size: number, method: UploadMethod): void {
    this.winners.set(kindOf(origin, size), method);
  }
}

function kindOf(origin: string, size: number): string {
  return `${size <= smallBytes ? 'small' : 'large'} ${origin}`;
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
