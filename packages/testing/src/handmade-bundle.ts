/**
 * Bundles made by hand, each correctly signed around whatever a test breaks.
 *
 * Three places to break one: what it holds, what its list says, and the tar
 * around both after the list was signed.
 */
import { digestOf } from 'oras-js';
import {
  artifactTypeOf,
  carriedPlatforms,
  handmadeContents,
  handmadeHost,
  type HandmadeContent,
  type HandmadeImage,
} from './handmade-contents.js';
import { handmadeTar, placesOf, type PlacedTarEntry, type TarEntry } from './handmade-tar.js';
import { testSigner, type TestSigner } from './test-signer.js';
import { tinyImage } from './tiny-image.js';

/** The fields of `sallyport/bundle.json` in their order, of any type a test may want. */
export interface HandmadeList extends Record<string, unknown> {
  readonly images: readonly Record<string, unknown>[];
  readonly sources: readonly Record<string, unknown>[];
  readonly entries: readonly Record<string, unknown>[];
}

export interface HandmadeOptions {
  /** Default: one tiny image of two layers. */
  readonly images?: readonly HandmadeImage[];
  /** Changes what the bundle holds; the list follows. */
  readonly contents?: (contents: readonly HandmadeContent[]) => readonly HandmadeContent[];
  /** Changes the list before it is signed; the contents do not follow. */
  readonly list?: (list: HandmadeList) => object;
  /** Changes the spelling of the list before it is signed. */
  readonly text?: (json: string) => string | Buffer;
  /** Default: one new key. */
  readonly signers?: readonly TestSigner[];
  /** Changes the tar, head included; nothing follows. */
  readonly archive?: (entries: readonly TarEntry[]) => readonly TarEntry[];
}

export interface HandmadeBundle {
  readonly bytes: Buffer;
  /** The signed bytes. */
  readonly list: Buffer;
  readonly entries: readonly PlacedTarEntry[];
  /** PEM of the first signer. */
  readonly publicKeyPem: string;
}

export async function handmadeBundle(options: HandmadeOptions = {}): Promise<HandmadeBundle> {
  const images = options.images ?? [{ image: await tinyImage({ layerBytes: [600, 20] }) }];
  const unchanged = <Value>(value: Value): Value => value;
  const contents = (options.contents ?? unchanged)(handmadeContents(images));
  const fields = (options.list ?? unchanged)(handmadeList(images, contents));
  const list = Buffer.from((options.text ?? unchanged)(JSON.stringify(fields)));
  const signers = options.signers ?? [testSigner()];
  const head = [
    { name: 'sallyport/bundle.json', bytes: list },
    ...signers.map((signer, at) => ({ name: slotName(at + 1), bytes: signer.slot(list) })),
  ];
  const body = contents.map(({ path, bytes }) => ({ name: path, bytes }));
  const entries = (options.archive ?? unchanged)([...head, ...body]);
  return {
    bytes: handmadeTar(entries),
    list,
    entries: placesOf(entries),
    publicKeyPem: signers[0]?.publicKeyPem ?? '',
  };
}

export function slotName(number: number): string {
  return `sallyport/bundle.json${number === 1 ? '' : `.${number}`}.sigstore.json`;
}

export function handmadeList(
  images: readonly HandmadeImage[],
  contents: readonly HandmadeContent[],
): HandmadeList {
  const resolved = '2026-01-02T03:04:05Z';
  return {
    _type: 'application/vnd.sallyport.bundle.v1+json',
    channel: 'default',
    sequence: 1_767_323_045,
    created: resolved,
    kind: 'full',
    previous: null,
    sources: images.map(({ image, repository = 'team/app', tags = ['1.0'] }) => ({
      host: handmadeHost,
      repository,
      reference: tags[0] ?? image.root.digest,
      digest: image.root.digest,
      resolved,
      upstreamSignature: { state: 'not-checked' },
    })),
    images: images.map(imageFields),
    entries: contents.map(({ path, bytes, mediaType }) => ({
      path,
      size: bytes.byteLength,
      digest: digestOf(bytes),
      mediaType,
    })),
    assumed: [],
    totals: {
      entries: contents.length,
      bytes: contents.reduce((sum, { bytes }) => sum + bytes.byteLength, 0),
    },
    requires: [],
    tool: 'handmade',
    annotations: {},
  };
}

function imageFields(each: HandmadeImage): Record<string, unknown> {
  const { image, repository = 'team/app', tags = ['1.0'], referrers = [] } = each;
  const { digest, mediaType, size } = image.root;
  return {
    repository,
    tags,
    digest,
    mediaType,
    size,
    platforms: carriedPlatforms(image),
    referrers: referrers.map((referrer) => ({
      digest: referrer.image.root.digest,
      mediaType: referrer.image.root.mediaType,
      size: referrer.image.root.size,
      artifactType: artifactTypeOf(referrer.image),
      tag: referrer.tag,
    })),
  };
}
