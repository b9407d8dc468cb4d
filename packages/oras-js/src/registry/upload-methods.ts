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
  | 'chunked';

const ladder: readonly UploadMethod[] = ['stream', 'monolithic', 'chunked'];

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

/** @param bodyTooLarge One large body was the trouble: only small ones help. */
export function nextMethod(method: UploadMethod, bodyTooLarge: boolean): UploadMethod | undefined {
  if (method !== 'chunked' && bodyTooLarge) return 'chunked';
  return ladder[ladder.indexOf(method) + 1];
}
