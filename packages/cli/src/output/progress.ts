/**
 * How far a transfer is, on standard error.
 *
 * On a terminal: one line of sums and one for each blob in flight, drawn again
 * a few times a second. Elsewhere: one plain line every few seconds at most.
 */
import type { ExportEvent } from '@sallyport/connected';
import type { ImportEvent } from '@sallyport/offline';
import type { CliContext } from '../cli-context.js';
import { formatBytes, formatSeconds, shortDigest } from './format.js';
import { noteUnlisted } from './note-unlisted.js';

/** What the events of both sides have in common. */
type TransferEvent =
  | { readonly type: 'blob-started'; readonly digest: string; readonly bytes: number }
  | { readonly type: 'bytes'; readonly digest: string; readonly count: number }
  | { readonly type: 'blob-done'; readonly digest: string; readonly bytes: number };

const redrawMs = 200;
const plainLineMs = 5000;

interface InFlight {
  readonly bytes: number;
  done: number;
}

export class Progress implements Disposable {
  private readonly context: CliContext;
  private readonly verb: string;
  private readonly startedAt = performance.now();
  private readonly inFlight = new Map<string, InFlight>();
  private readonly timer: NodeJS.Timeout;
  private totalBytes = 0;
  private finishedBytes = 0;
  private drawnLines = 0;

  /** @param verb What is being done, as in `downloading`. */
  constructor(context: CliContext, verb: string) {
    this.context = context;
    this.verb = verb;
    const isTerminal = context.terminalColumns !== undefined;
    this.timer = setInterval(
      () => {
        this.draw();
      },
      isTerminal ? redrawMs : plainLineMs,
    );
    // Progress must not keep a finished run alive.
    this.timer.unref();
  }

  /** Takes the events of an export. */
  readonly onExport = (event: ExportEvent): void => {
    if (event.type === 'planned') this.totalBytes = event.bytes;
    else if (event.type === 'resumed') {
      this.say(
        `going on: up to ${formatBytes(event.bytes)} are here from an earlier run, and are proven again`,
      );
    } else if (event.type === 'kept') {
      this.say(
        `kept ${formatBytes(event.bytes)}: the same command goes on from there, with --fresh it starts over`,
      );
    } else if (event.type === 'tags-not-listed') {
      noteUnlisted(event, this.context);
    } else if (event.type !== 'image-resolved') this.note(event);
  };

  /** Takes the events of an import or a verification. */
  readonly onImport = (event: ImportEvent): void => {
    if (event.type === 'checked') this.totalBytes = event.bytes;
    else if (event.type !== 'tagged' && event.type !== 'proved') this.note(event);
  };

  private note(event: TransferEvent): void {
    const { digest } = event;
    if (event.type === 'blob-started') this.inFlight.set(digest, { bytes: event.bytes, done: 0 });
    if (event.type === 'bytes') this.add(digest, event.count);
    if (event.type === 'blob-done') {
      this.finishedBytes += event.bytes;
      this.inFlight.delete(digest);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer);
    this.erase();
  }

  private add(digest: string, count: number): void {
    const blob = this.inFlight.get(digest);
    // A retry reads from the start again; nobody wants to see 130 %.
    if (blob !== undefined) blob.done = Math.min(blob.bytes, blob.done + count);
  }

  private say(sentence: string): void {
    this.erase();
    this.context.stderr.write(`${sentence}\n`);
  }

  private draw(): void {
    if (this.totalBytes === 0) return;
    const { stderr, terminalColumns } = this.context;
    if (terminalColumns === undefined) {
      stderr.write(`${this.sums()}\n`);
      return;
    }
    // Some terminals report a width of 0.
    const width = (terminalColumns || 80) - 1;
    const lines = [this.sums(), ...this.blobLines()].map((line) => line.slice(0, width));
    this.erase();
    stderr.write(`${lines.join('\n')}\n`);
    this.drawnLines = lines.length;
  }

  private erase(): void {
    if (this.drawnLines === 0) return;
    this.context.stderr.write(`\u001b[${this.drawnLines}A\u001b[J`);
    this.drawnLines = 0;
  }

  private sums(): string {
    const inFlight = [...this.inFlight.values()].reduce((sum, { done }) => sum + done, 0);
    const done = this.finishedBytes + inFlight;
    const seconds = (performance.now() - this.startedAt) / 1000;
    const rate = done / Math.max(seconds, 0.001);
    const left = rate > 0 ? (this.totalBytes - done) / rate : 0;
    const sums = `${this.verb} ${formatBytes(done)} of ${formatBytes(this.totalBytes)}, ${formatBytes(Math.round(rate))}/s`;
    return left > 0 ? `${sums}, ${formatSeconds(left)} left` : sums;
  }

  private blobLines(): readonly string[] {
    return [...this.inFlight].map(
      ([digest, { bytes, done }]) =>
        `  ${shortDigest(digest)} ${formatBytes(done)} of ${formatBytes(bytes)}`,
    );
  }
}
