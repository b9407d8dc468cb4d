/** Whom a proof talked to on its way, and what their clocks say. */

import { aheadMs, nearest } from '../server-clock.js';

/** What is looked at of an exchange with a server. */
export interface Exchange {
  readonly url: string;
  /** In milliseconds since 1970, in whole seconds; undefined when it did not say. */
  readonly serverTimeMs: number | undefined;
}

/** Nothing is noted until it begins: before that, the same client may have done other things. */
export class Journey {
  private readonly now: () => Date;
  private readonly met = new Set<string>();
  private isUnderWay = false;
  private distanceMs: number | undefined;

  constructor(now: () => Date) {
    this.now = now;
  }

  begin(): void {
    this.isUnderWay = true;
  }

  /** Takes what a registry client tells of each request. */
  readonly note = ({ url, serverTimeMs }: Exchange): void => {
    if (!this.isUnderWay) return;
    const { host } = new URL(url);
    this.met.add(host);
    // The registry is asked first; clocks of storage elsewhere judge no token.
    if (serverTimeMs === undefined || host !== this.hosts[0]) return;
    this.distanceMs = nearest([this.distanceMs, aheadMs(serverTimeMs, this.now().getTime())]);
  };

  /** In the order in which they were asked: registry, token server, storage. */
  get hosts(): readonly string[] {
    return [...this.met];
  }

  /** Positive when the registry's clock is ahead; whole seconds, as the header has no more. */
  get clockSkewSeconds(): number | undefined {
    return this.distanceMs === undefined ? undefined : Math.round(this.distanceMs / 1000) + 0;
  }
}
