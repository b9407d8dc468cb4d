/** What all endpoints of one registry share. */
import type { ReadOnlyTarget, TagLister, Target } from 'oras-js';
import type { UploadSessions } from './upload-sessions.js';

export type ReadableStore = ReadOnlyTarget & TagLister;
export type WritableStore = Target & TagLister;

/** What an upload needs. */
export interface Writing {
  readonly store: WritableStore;
  readonly uploads: UploadSessions;
}

/** A store to serve, and whether clients may write to it. */
export type StoreOptions =
  | { readonly store: ReadableStore; readonly readOnly: true }
  | { readonly store: WritableStore; readonly readOnly?: false | undefined };

export interface Registry {
  readonly store: ReadableStore;
  /** Undefined when the registry only serves. */
  readonly writing: Writing | undefined;
}
