/** What is to be proven of an image, what a proof needs of its repository, and what it gives. */
import type { CallOptions, Descriptor, Digest, Platform, ReadOnlyTarget } from 'oras-js';
import type { Journey } from './journey.js';

export interface ImageToProve {
  /** Undefined where there is one only, and everybody knows which. */
  readonly registry: string | undefined;
  readonly repository: string;
  /** None for an image that is pulled by its digest. */
  readonly tags: readonly string[];
  /** What the tags have to point to; undefined when nobody knows. */
  readonly digest: Digest | undefined;
}

export interface ImageProof {
  /** Its repository, after its registry where that was said. */
  readonly image: string;
  readonly tags: readonly string[];
  readonly digest: Digest;
  readonly mediaType: string;
  /** The one that was looked at of an index; undefined for an image of one platform. */
  readonly platform: string | undefined;
  /** Of the manifest and all that it names, as a runner downloads them. */
  readonly bytes: number;
  readonly blobs: number;
  /** Whom it talked to. Where one client proves several images, what it did for the others counts. */
  readonly hosts: readonly string[];
  readonly clockSkewSeconds: number | undefined;
  readonly seconds: number;
}

/** A registry gives a name with its bytes in one request; anything else that can be read is asked twice. */
export interface ProvableRepository extends ReadOnlyTarget {
  read?(
    name: string,
    options?: CallOptions & { readonly accept?: string | undefined },
  ): Promise<{ readonly content: Descriptor; readonly bytes: Buffer }>;
}

export type ConnectProof = (image: ImageToProve) => {
  readonly repository: ProvableRepository;
  /** Absent where nobody tells whom a repository talks to. */
  readonly journey?: Journey | undefined;
};

export interface ProofOptions extends CallOptions {
  /** Which one of an index is looked at. Default linux/amd64: the only one that all analyzers are made for. */
  readonly platform?: Platform | undefined;
  /** Takes another platform where that one is not carried. Default false. */
  readonly anyPlatform?: boolean | undefined;
}
