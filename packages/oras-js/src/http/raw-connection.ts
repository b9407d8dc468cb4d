/**
 * A connection without HTTP on it: up to 768 KiB a read, straight into a slab, or into memory that its receiver names.
 *
 * Node's own parser of HTTP reads 64 KiB at a time and copies all of it once
 * more. One receiver at a time gets what comes; nobody should send anything
 * while there is none, and a server that does is hung up on.
 */
import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { destroyAfter } from './limit-connect-time.js';
import { giveBack, isAllBack, lend, slabBytes, takeSlab } from './slabs.js';
import { watched, type TlsFacts } from './tls-facts.js';

/** Room for less than this is left empty: the next read is better off in a slab of its own. */
const minRoomBytes = slabBytes / 4;
/** A connection that brings so much at once is fast, and should have a whole slab to read into. */
const fastBytes = slabBytes / 4;

export interface Receiver {
  /** Where the next bytes are wanted. Undefined for no place of its own: they are then lent. Must not throw. */
  memory(): Buffer | undefined;
  /** @returns False to get nothing more before `resume`. */
  onBytes(bytes: Buffer): boolean;
  /** No byte comes after it. Without an error the other side ended in good order. */
  onEnd(error?: Error): void;
}

export class RawConnection {
  private readonly socket: Socket;
  private readonly isPlain: boolean;
  private slab = takeSlab();
  /** Of the slab, in bytes: what was read and lent. */
  private filled = 0;
  /** What the next bytes are read into, when it is the receiver's own. */
  private wanted: Buffer | undefined;
  private receiver: Receiver | undefined;
  private isOver = false;

  /**
   * @param trust TLS settings, for https.
   * @param onTls Called when TLS has come to stand.
   */
  constructor(
    url: URL,
    trust: ConnectionOptions | undefined,
    connectMs: number,
    onTls: (facts: TlsFacts) => void,
  ) {
    this.isPlain = trust === undefined;
    this.socket = watched(this.connect(url, trust), onTls);
    destroyAfter(this.socket, trust === undefined ? 'connect' : 'secureConnect', connectMs);
    this.socket.setNoDelay(true);
    const end = (error?: Error): void => {
      this.end(error);
    };
    this.socket
      .on('end', end)
      .on('error', end)
      .on('close', () => {
        end();
        // Not before: TLS may still have been about to fill it.
        giveBack(this.slab);
      });
  }

  /** Whether something may still be asked on it. */
  get isUsable(): boolean {
    return !this.isOver;
  }

  /** Sends a request, as text of one byte for each character or whole; its answer goes to `receiver`. */
  ask(request: string | Buffer, receiver: Receiver): void {
    this.receiver = receiver;
    this.socket.ref();
    this.socket.write(request, 'latin1');
    this.resume();
  }

  resume(): void {
    this.socket.resume();
  }

  /** The answer is complete. The process need not live on for what may be asked later. */
  release(): void {
    this.receiver = undefined;
    this.socket.unref();
    this.resume();
  }

  close(): void {
    this.isOver = true;
    this.socket.destroy();
  }

  private connect({ protocol, hostname, port }: URL, trust?: ConnectionOptions): Socket {
    const host = hostname.replace(/^\[|\]$/g, '');
    const onread: OnReadOpts = {
      buffer: () => this.room(),
      callback: (count) => this.received(count),
    };
    if (protocol === 'http:') return connectPlain({ host, port: Number(port || 80), onread });
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const options = { host, port: Number(port || 443), onread, ...servername, ...trust };
    return connectTls(options as ConnectionOptions);
  }

  /** Answers without a body come into the same few pages of memory again and again. */
  private room(): Buffer {
    // Over TLS what was decrypted already is still copied there after the connection was given up.
    this.wanted = this.isPlain ? this.receiver?.memory() : undefined;
    if (this.wanted !== undefined) return this.wanted;
    if (isAllBack(this.slab)) this.filled = 0;
    return this.slab.subarray(this.filled);
  }

  private received(count: number): boolean {
    const { receiver, wanted } = this;
    if (receiver === undefined) {
      this.close();
      return false;
    }
    const bytes = wanted === undefined ? this.lent(count) : wanted.subarray(0, count);
    const wantsMore = receiver.onBytes(bytes);
    // Released meanwhile: it goes on reading, or it would not hear that the other side hangs up or speaks unasked.
    return this.receiver === receiver ? wantsMore : true;
  }

  private lent(count: number): Buffer {
    const bytes = this.slab.subarray(this.filled, this.filled + count);
    this.filled += count;
    lend(bytes);
    if (count >= fastBytes || slabBytes - this.filled < minRoomBytes) this.changeSlab();
    return bytes;
  }

  private changeSlab(): void {
    giveBack(this.slab);
    this.slab = takeSlab();
    this.filled = 0;
  }

  private end(error?: Error): void {
    this.isOver = true;
    const { receiver } = this;
    this.receiver = undefined;
    this.socket.destroy();
    receiver?.onEnd(error);
  }
}
