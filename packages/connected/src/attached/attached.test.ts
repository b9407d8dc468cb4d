import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parsePublicKey, type TrustedKey } from '@sallyport/bundle';
import {
  contentOf,
  imageOf,
  json,
  startRegistry,
  testSigner,
  tinyImage,
  tinyReferrer,
  type TestRegistry,
  type TestSigner,
  type TinyImage,
} from '@sallyport/testing';
import { cosignTags, mediaTypes, parseReference, RegistryClient, type Repository } from 'oras-js';
import { planExport, type ExportOptions } from '../index.js';

const emptyConfig = contentOf(mediaTypes.ociEmpty, Buffer.from('{}'));
const signer = testSigner();
const stranger = testSigner();
const key = parsePublicKey(signer.publicKeyPem, 'test key');
let registry: TestRegistry;
let client: RegistryClient;

beforeAll(async () => {
  registry = await startRegistry();
  client = new RegistryClient();
});
afterAll(async () => {
  await client.close();
  await registry[Symbol.asyncDispose]();
});

async function pushed(
  name: string,
  seed: string,
): Promise<{ repository: Repository; image: TinyImage }> {
  const repository = client.repository(registry.host, name);
  const image = await tinyImage({ seed });
  await image.pushTo(repository, '1');
  return { repository, image };
}

/** As cosign wrote them up to version 2: a payload, its signature beside it, a tag made of the digest. */
async function signWithPayload(
  { repository, image }: { repository: Repository; image: TinyImage },
  by: TestSigner,
  digest: string = image.root.digest,
): Promise<void> {
  const type = 'cosign container image signature';
  const critical = { identity: {}, image: { 'docker-manifest-digest': digest }, type };
  const payload = json('application/vnd.dev.cosign.simplesigning.v1+json', {
    critical,
    optional: null,
  });
  const annotations = {
    'dev.cosignproject.cosign/signature': by.sign(payload.bytes).toString('base64'),
  };
  const manifest = json(mediaTypes.ociManifest, {
    schemaVersion: 2,
    config: emptyConfig.content,
    layers: [{ ...payload.content, annotations }],
  });
  const [tag = ''] = cosignTags(image.root.digest);
  await imageOf([emptyConfig, payload, manifest]).pushTo(repository, tag);
}

/** As cosign writes them since version 3: an envelope in a manifest that has the image as its subject. */
async function signWithEnvelope(
  { repository, image }: { repository: Repository; image: TinyImage },
  { predicateType = 'https://sigstore.dev/cosign/sign/v1' } = {},
): Promise<void> {
  const subject = [{ digest: { sha256: image.root.digest.slice(7) } }];
  const statement = { _type: 'https://in-toto.io/Statement/v1', subject, predicateType };
  const payload = Buffer.from(JSON.stringify(statement));
  const payloadType = 'application/vnd.in-toto+json';
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.byteLength} `;
  const sig = signer.sign(Buffer.concat([Buffer.from(head), payload])).toString('base64');
  const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  const bundle = json(mediaType, {
    mediaType,
    dsseEnvelope: { payload: payload.toString('base64'), payloadType, signatures: [{ sig }] },
  });
  const { digest, size } = image.root;
  const manifest = json(mediaTypes.ociManifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType: mediaType,
    config: emptyConfig.content,
    layers: [bundle.content],
    subject: { mediaType: image.root.mediaType, digest, size },
  });
  for (const { content, bytes } of [emptyConfig, bundle, manifest]) {
    await repository.push(content, async () => once(bytes));
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function planned(name: string, options: ExportOptions = {}) {
  return planExport(
    {
      images: [parseReference(`${registry.host}/${name}:1`)],
      connect: (reference) => client.repository(reference.registry, reference.repository),
      channel: 'test',
      created: new Date(1_700_000_000_000),
      tool: 'test',
    },
    options,
  );
}

async function upstream(name: string, sourceKeys: readonly TrustedKey[]) {
  return (await planned(name, { sourceKeys })).sources[0]?.upstreamSignature;
}

describe('finding what is attached to an image', () => {
  it('carries what names the image as its subject, and what is attached to that', async () => {
    const { repository, image } = await pushed('found/subject', 'subject');
    const sbom = tinyReferrer(image.root);
    const signature = tinyReferrer(sbom.root, {
      artifactType: 'application/vnd.example.signature',
    });
    for (const { content, bytes } of [...sbom.contents, ...signature.contents]) {
      await repository.push(content, async () => once(bytes));
    }
    const { images, entries } = await planned('found/subject');
    const digests = images[0]?.referrers.map(({ digest }) => digest);
    expect(digests?.sort()).toEqual([sbom.root.digest, signature.root.digest].sort());
    for (const { content } of [...sbom.contents, ...signature.contents]) {
      expect(entries.map(({ digest }) => digest)).toContain(content.digest);
    }
  });

  it("carries what stands under cosign's tags, with the tag", async () => {
    const signed = await pushed('found/tag', 'tag');
    await signWithPayload(signed, signer);
    const { images } = await planned('found/tag');
    expect(images[0]?.referrers).toMatchObject([{ tag: cosignTags(signed.image.root.digest)[0] }]);
  });

  it('leaves everything out when that is asked for, and says that nothing was checked', async () => {
    const signed = await pushed('found/none', 'none');
    await signWithPayload(signed, signer);
    const { images, sources } = await planned('found/none', { skipReferrers: true });
    expect(images[0]?.referrers).toEqual([]);
    expect(sources[0]?.upstreamSignature).toEqual({ state: 'not-checked' });
  });

  it('is not taken in by a registry that answers such a tag with the image itself', async () => {
    const { repository, image } = await pushed('found/trap', 'trap');
    const [tag = ''] = cosignTags(image.root.digest);
    await image.pushTo(repository, tag);
    expect((await planned('found/trap')).images[0]?.referrers).toEqual([]);
  });

  it('leaves out what stands under such a tag and names another image as its subject', async () => {
    const { repository, image } = await pushed('found/moved', 'moved');
    const [tag = ''] = cosignTags(image.root.digest);
    const other = await tinyImage({ seed: 'other' });
    const moved = tinyReferrer(other.root);
    await moved.pushTo(repository, tag);
    await tinyReferrer(moved.root).pushTo(repository, 'attached-to-that');
    expect((await planned('found/moved')).images[0]?.referrers).toEqual([]);
  });
});

describe('verifying an image at its source', () => {
  it('says so when there is no signature, and when nobody named a key for the one there is', async () => {
    const signed = await pushed('state/found', 'found');
    expect(await upstreamWithoutKey('state/found')).toEqual({ state: 'none-found' });
    await signWithPayload(signed, signer);
    expect(await upstreamWithoutKey('state/found')).toEqual({ state: 'not-checked' });
  });

  it('takes a payload that the named key signed', async () => {
    await signWithPayload(await pushed('verify/payload', 'payload'), signer);
    expect(await upstream('verify/payload', [key])).toEqual({
      state: 'verified',
      key: key.fingerprint,
    });
  });

  it('takes an envelope that the named key signed', async () => {
    await signWithEnvelope(await pushed('verify/envelope', 'envelope'));
    expect(await upstream('verify/envelope', [key])).toEqual({
      state: 'verified',
      key: key.fingerprint,
    });
  });

  it('refuses an image without a signature when a key is named', async () => {
    await pushed('verify/unsigned', 'unsigned');
    await expect(upstream('verify/unsigned', [key])).rejects.toMatchObject({
      code: 'EXPORT_SOURCE_UNSIGNED',
    });
  });

  it('refuses a signature by another key', async () => {
    await signWithPayload(await pushed('verify/stranger', 'stranger'), stranger);
    await expect(upstream('verify/stranger', [key])).rejects.toMatchObject({
      code: 'EXPORT_SOURCE_SIGNATURE_WRONG',
    });
  });

  it('refuses a good signature of another image', async () => {
    const other = await tinyImage({ seed: 'other' });
    await signWithPayload(await pushed('verify/moved', 'moved'), signer, other.root.digest);
    await expect(upstream('verify/moved', [key])).rejects.toMatchObject({
      code: 'EXPORT_SOURCE_SIGNATURE_WRONG',
    });
  });

  it('refuses an attestation by the same key: it does not say that the image is signed', async () => {
    const signed = await pushed('verify/attested', 'attested');
    await signWithEnvelope(signed, { predicateType: 'https://slsa.dev/provenance/v1' });
    await expect(upstream('verify/attested', [key])).rejects.toMatchObject({
      code: 'EXPORT_SOURCE_SIGNATURE_WRONG',
    });
  });
});

async function upstreamWithoutKey(name: string) {
  return (await planned(name)).sources[0]?.upstreamSignature;
}
