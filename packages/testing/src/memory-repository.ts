/** One repository in memory that a bundle can be imported into, and a registry of them that keeps each apart. */
import { hasCode, MemoryStore, type CallOptions, type Descriptor, type OpenContent } from 'oras-js';

export interface NotedPush {
  readonly digest: string;
  readonly mountFrom: string | undefined;
}

export class MemoryRepository extends MemoryStore {
  /** What was really stored, in this order; what was there already is not in it. */
  readonly stored: NotedPush[] = [];
  /** Names in the order in which they were written. */
  readonly written: string[] = [];

  async find(name: string, options?: CallOptions): Promise<Descriptor | undefined> {
    try {
      return await this.resolve(name, options);
    } catch (error) {
      if (hasCode(error, 'CONTENT_NOT_FOUND')) return undefined;
      throw error;
    }
  }

  override async push(
    content: Descriptor,
    open: OpenContent,
    options: CallOptions & { readonly mountFrom?: string | undefined } = {},
  ): Promise<void> {
    if (await this.exists(content, options)) return;
    await super.push(content, open, options);
    this.stored.push({ digest: content.digest, mountFrom: options.mountFrom });
  }

  override async tag(content: Descriptor, name: string, options?: CallOptions): Promise<void> {
    await super.tag(content, name, options);
    this.written.push(name);
  }

  async pushTagged(
    content: Descriptor,
    open: OpenContent,
    name: string,
    options?: CallOptions,
  ): Promise<void> {
    await this.push(content, open, options);
    await this.tag(content, name, options);
  }
}

/** Repositories by their path, made when they are first asked for. */
export class MemoryRegistry {
  readonly repositories = new Map<string, MemoryRepository>();

  readonly connect = (path: string): MemoryRepository => {
    const known = this.repositories.get(path) ?? new MemoryRepository();
    this.repositories.set(path, known);
    return known;
  };
}
