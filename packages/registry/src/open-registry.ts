/** Puts a registry together over a store, and takes it apart again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Registry, StoreOptions, WritableStore } from './registry.js';
import { isAdopter } from './store-upload.js';
import { UploadSessions } from './upload-sessions.js';

export interface OpenedRegistry {
  readonly registry: Registry;
  /** Removes uploads that nobody finished. */
  close(): Promise<void>;
}

export async function openRegistry(
  options: StoreOptions & { readonly uploadFolder?: string | undefined },
): Promise<OpenedRegistry> {
  const { store } = options;
  if (options.readOnly === true) {
    return { registry: { store, writing: undefined }, close: async () => undefined };
  }
  const staging = await stagingFolder(options.store, options.uploadFolder);
  const uploads = new UploadSessions(staging.folder);
  return {
    registry: { store, writing: { store: options.store, uploads } },
    close: async () => {
      await uploads.endAll();
      if (staging.isTemporary) await rm(staging.folder, { recursive: true, force: true });
    },
  };
}

async function stagingFolder(
  store: WritableStore,
  chosen: string | undefined,
): Promise<{ folder: string; isTemporary: boolean }> {
  if (chosen !== undefined) return { folder: chosen, isTemporary: false };
  // On the store's own file system, where a finished upload becomes a blob by its new name alone.
  if (isAdopter(store)) return { folder: store.stagingFolder, isTemporary: false };
  return { folder: await mkdtemp(join(tmpdir(), 'sallyport-uploads-')), isTemporary: true };
}
