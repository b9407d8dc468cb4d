/** A home folder with the credential files that a test puts there. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dockerCredentials, type Credential } from 'oras-js';
import { tempDir, type TempDir } from './temp-dir.js';

export class CredentialHome implements AsyncDisposable {
  private readonly folder: TempDir;

  private constructor(folder: TempDir) {
    this.folder = folder;
  }

  static async open(): Promise<CredentialHome> {
    return new CredentialHome(await tempDir());
  }

  get path(): string {
    return this.folder.path;
  }

  /** Text as it is, anything else as JSON. Returns the whole path. */
  async put(path: string, value: unknown): Promise<string> {
    const file = join(this.path, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value));
    return file;
  }

  /** What somebody at home here is to `host`. */
  find(
    host: string,
    env: Readonly<Record<string, string>> = {},
    repository?: string,
  ): Promise<Credential | undefined> {
    const source = dockerCredentials({ env, homeDirectory: this.path });
    return source(host, { repository });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.folder[Symbol.asyncDispose]();
  }
}

/** As `auth` stands in such a file. */
export function encodedLogin(pair: string): string {
  return Buffer.from(pair).toString('base64');
}
