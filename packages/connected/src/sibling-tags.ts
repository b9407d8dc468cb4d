/**
 * Finds the other tags of an image: those that point to the same digest now.
 *
 * Which images and which tags are worth asking for is the caller's to say; a
 * tag is asked for once in a run, so that it cannot be two images in one bundle.
 */
import {
  formatReference,
  mapConcurrent,
  type CallOptions,
  type Digest,
  type Reference,
} from 'oras-js';
import type { OnExportEvent } from './export-event.js';
import { listTags, type TagList } from './list-tags.js';
import { requireLocked, type Lock } from './lock-file.js';
import { newestFirst } from './newest-first.js';
import type { ImageSource } from './source.js';

/** The tags that may name the same image as the one that was asked for. */
export interface TagFamily {
  /** Worth asking for where they cannot be listed, the most wanted first. */
  readonly known: readonly string[];
  /** Whether a tag that is listed is worth asking for. */
  readonly isSibling: (tag: string) => boolean;
}

/** Undefined for an image whose other tags nobody wants: nothing is asked for it. */
export type ChooseTags = (reference: Reference) => TagFamily | undefined;

export interface SiblingOptions extends CallOptions {
  readonly onEvent?: OnExportEvent;
  /** Where one is given, only the names in it are carried, and they have to be what it says. */
  readonly lock?: Lock;
}

/** A release has four names and as many with a suffix; of older ones a few may be the same image. */
const maxAsked = 24;
const askedAtOnce = 8;

export class SiblingTags {
  private readonly choose: ChooseTags;
  private readonly named: ReadonlySet<string>;
  private readonly lists = new Map<string, Promise<TagList>>();
  private readonly digests = new Map<string, Promise<Digest | undefined>>();

  /** @param references What is resolved anyway, and is not asked for again. */
  constructor(choose: ChooseTags, references: readonly Reference[]) {
    this.choose = choose;
    this.named = new Set(references.map(formatReference));
  }

  /**
   * Each of them once, in no promised order.
   *
   * @throws ExportError `EXPORT_LOCK_MISMATCH`; what the source says of a single tag.
   */
  async of(
    reference: Reference,
    source: ImageSource,
    digest: Digest,
    options: SiblingOptions,
  ): Promise<readonly string[]> {
    const family = this.choose(reference);
    if (family === undefined || source.find === undefined) return [];
    const { lock } = options;
    const candidates =
      lock === undefined
        ? await this.candidates(reference, source, family, options)
        : lockedTags(lock, reference, digest).filter(family.isSibling);
    const names = candidates
      .map((tag) => ({ ...reference, tag, digest: undefined }))
      .filter((name) => !this.named.has(formatReference(name)));
    const found = await mapConcurrent(
      names.slice(0, maxAsked),
      askedAtOnce,
      async (name, call) => {
        const other = await this.digestOf(name, source, call);
        if (lock !== undefined) requireLocked(lock, name, other);
        return other === digest ? [name.tag] : [];
      },
      options,
    );
    return found.flat();
  }

  private async candidates(
    reference: Reference,
    source: ImageSource,
    { known, isSibling }: TagFamily,
    { signal, onEvent }: SiblingOptions,
  ): Promise<readonly string[]> {
    const repository = formatReference({ ...reference, tag: undefined, digest: undefined });
    const { tags, isWhole } = await once(this.lists, repository, async () => {
      const list = await listTags(source, { signal });
      if (list.refusal !== undefined) {
        onEvent?.({ type: 'tags-not-listed', repository, reason: list.refusal.message });
      }
      return list;
    });
    return newestFirst(new Set([...tags.filter(isSibling), ...(isWhole ? [] : known)]));
  }

  private digestOf(
    name: Reference & { readonly tag: string },
    source: ImageSource,
    call: CallOptions,
  ): Promise<Digest | undefined> {
    return once(this.digests, formatReference(name), async () => {
      const found = await source.find?.(name.tag, call);
      return found?.digest;
    });
  }
}

function once<Value>(
  memory: Map<string, Promise<Value>>,
  key: string,
  ask: () => Promise<Value>,
): Promise<Value> {
  const known = memory.get(key) ?? ask();
  memory.set(key, known);
  return known;
}

/** The names of this repository that are locked to this digest. */
function lockedTags(
  lock: Lock,
  { registry, repository }: Reference,
  digest: Digest,
): readonly string[] {
  const start = `${registry}/${repository}:`;
  const tags = [...lock].flatMap(([name, locked]) =>
    name.startsWith(start) && locked === digest ? [name.slice(start.length)] : [],
  );
  return newestFirst(tags);
}
