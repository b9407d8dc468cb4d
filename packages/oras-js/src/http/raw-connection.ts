/**
 * A connection without HTTP on it: up to 768 KiB a read, straight into a slab, or into memory that its receiver names.
 *
 * Node's own parser of HTTP reads 64 KiB at a time and copies all of it once
 * more. One receiver at a time gets what comes; nobody should send anything
 * while there is none, and a server that does is hung up on.
 */
import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { Landing, type PlaceGiver } from './landing.js';
import { destroyAfter } from './limit-connect-time.js';
import { giveBack } from './slabs.js';
import { watched, type TlsFacts } from './tls-facts.js';

export interface Receiver extends PlaceGiver {
  /** @returns False to get nothing more before `resume`. */
  onBytes(bytes: Buffer): boolean;
  /** No byte comes after it. Without an error the other side ended in good order. */
  onEnd(error?: Error): void;
}

export class RawConnection {
  private readonly socket: Socket;
  private readonly isPlain: boolean;
  private readonly landing = new Landing();
  private willDeliver = false;
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
        // Not before: TLS may still have been about to put something there.
        this.landing.leave();
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
      buffer: () => this.landing.room(this.receiver),
      callback: (count) => this.received(count),
    };
    if (protocol === 'http:') return connectPlain({ host, port: Number(port || 80), onread });
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const options = { host, port: Number(port || 443), onread, ...servername, ...trust };
    return connectTls(options as ConnectionOptions);
  }

  private received(count: number): boolean {
    this.landing.came(count);
    if (this.isPlain) return this.deliver();
    // Nobody asked: nothing may be asked here before what came is looked at.
    if (this.receiver === undefined) this.isOver = true;
    // TLS goes through what the system has given it record by record. Nobody may do anything with memory meanwhile:
    // the rest is put where it was wanted last, even when the connection has been given up.
    if (!this.willDeliver) {
      this.willDeliver = true;
      setImmediate(() => {
        if (!this.deliver()) this.socket.pause();
      });
    }
    return true;
  }

  /** @returns False when the receiver wants nothing more for now. */
  private deliver(): boolean {
    this.willDeliver = false;
    let wantsMore = true;
    for (const part of this.landing.take()) wantsMore = this.handOver(part);
    return wantsMore;
  }

  private handOver(part: Buffer): boolean {
    const { receiver } = this;
    if (this.isOver || receiver === undefined) {
      giveBack(part);
      this.close();
      return false;
    }
    const wantsMore = receiver.onBytes(part);
    // Released meanwhile: it goes on reading, or it would not hear that the other side hangs up or speaks unasked.
    return this.receiver === receiver ? wantsMore : true;
  }

  private end(error?: Error): void {
    this.deliver();
    this.isOver = true;
    const { receiver } = this;
    this.receiver = undefined;
    this.socket.destroy();
    receiver?.onEnd(error);
  }
}
