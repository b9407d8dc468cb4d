/**
 * How a registry is asked whether it has a blob before the blob is sent.
 *
 * A HEAD asks, and where the answer is no a POST opens the upload. A POST that
 * mounts the blob from the very repository that it is for does both: "created"
 * where it is there, an open upload where it is not. Not every registry takes
 * such a mount, and one that does not is never believed to lack a blob by it:
 * each is tried with a blob that is known to be there.
 */

/** As many blobs are sent before that is tried: for fewer it does not pay. */
const sentBefore = 3;

/** Remembers per origin, for the life of the client. */
export class PresenceMemory {
  private readonly sent = new Map<string, number>();
  private readonly mounting = new Set<string>();

  /** Whether one POST asks and opens. */
  mounts(origin: string): boolean {
    return this.mounting.has(origin);
  }

  /** Notes a blob that was just sent. @returns True once: for whoever is to try with this blob. */
  isToTry(origin: string): boolean {
    const sent = (this.sent.get(origin) ?? 0) + 1;
    this.sent.set(origin, sent);
    return sent === sentBefore;
  }

  hasMounted(origin: string): void {
    this.mounting.add(origin);
  }
}
