/** Counts failed logins; after too many of them nobody is let in, and nobody is told why. */

export class FailedLogins {
  private count = 0;
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  get isBanned(): boolean {
    return this.count >= this.most;
  }

  note(): void {
    this.count += 1;
  }
}
