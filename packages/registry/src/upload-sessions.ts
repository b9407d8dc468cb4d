/** The uploads that are open, with a bound on how many and for how long. */
import { mkdir } from 'node:fs/promises';
import { Refusal } from './refusal.js';
import { UploadSession } from './upload-session.js';

// Clients that broke off seldom come back after minutes; nobody does after hours.
const idleLimitMs = 6 * 60 * 60 * 1000;
// A thousand parallel pushes of ten layers; each open upload costs a file and under 1 KiB of memory.
const maxSessions = 10_000;

export class UploadSessions {
  private readonly folder: string;
  private readonly sessions = new Map<string, UploadSession>();

  /** @param folder Where staging files go; made when it is not there. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** @throws Refusal 429 */
  async begin(repository: string): Promise<UploadSession> {
    await this.endIdle();
    if (this.sessions.size >= maxSessions) {
      throw new Refusal(429, 'TOOMANYREQUESTS', `${maxSessions} uploads are open already`);
    }
    await mkdir(this.folder, { recursive: true });
    const session = new UploadSession(repository, this.folder);
    await session.create();
    this.sessions.set(session.id, session);
    return session;
  }

  /** @throws Refusal 404 also for an upload that belongs to another repository. */
  find(repository: string, id: string): UploadSession {
    const session = this.sessions.get(id);
    if (session?.repository === repository) return session;
    throw new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'no such upload; begin a new one');
  }

  async end(session: UploadSession): Promise<void> {
    this.sessions.delete(session.id);
    await session.discard();
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.sessions.values()].map((session) => this.end(session)));
  }

  private async endIdle(): Promise<void> {
    const oldestMs = Date.now() - idleLimitMs;
    const idle = [...this.sessions.values()].filter((session) => session.isIdleSince(oldestMs));
    for (const session of idle) await this.end(session);
  }
}
