import { describe, expect, it } from '@jest/globals';
import { digestOf, mediaTypes, parsePlatform, type Descriptor, type ImageIndex } from 'oras-js';
import { chooseChildren } from './choose-platforms.js';

function child(name: string, platform?: string, subject?: Descriptor): Descriptor {
  const content = {
    mediaType: mediaTypes.ociManifest,
    digest: digestOf(Buffer.from(name)),
    size: 1,
  };
  return {
    ...content,
    ...(platform === undefined ? {} : { platform: parsePlatform(platform) }),
    ...(subject === undefined
      ? {}
      : {
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: {
            'vnd.docker.reference.type': 'attestation-manifest',
            'vnd.docker.reference.digest': subject.digest,
          },
        }),
  };
}

function indexOf(...manifests: readonly Descriptor[]): ImageIndex {
  return { kind: 'index', manifests } as unknown as ImageIndex;
}

const amd64 = child('amd64', 'linux/amd64');
const arm64 = child('arm64', 'linux/arm64');
const v6 = child('v6', 'linux/arm/v6');
const v7 = child('v7', 'linux/arm/v7');
const windows = child('windows', 'windows/amd64');
const aboutAmd64 = child('about amd64', undefined, amd64);
const aboutArm64 = child('about arm64', undefined, arm64);
const unnamed = child('unnamed');

function choose(index: ImageIndex, ...wanted: readonly string[]): readonly Descriptor[] {
  return chooseChildren(index, wanted.map(parsePlatform), 'app:1');
}

describe('choosing children of an index', () => {
  const index = indexOf(amd64, arm64, v6, v7, windows, aboutAmd64, aboutArm64);

  it('takes all of them when no platform is named', () => {
    expect(choose(index)).toEqual(index.manifests);
  });

  it.each([
    ['linux/amd64', [amd64, aboutAmd64]],
    ['linux/arm64', [arm64, aboutArm64]],
    ['linux/arm/v7', [v7]],
    ['windows/amd64', [windows]],
  ])('takes %s with what is attested about it', (platform, expected) => {
    expect(choose(index, platform)).toEqual(expected);
  });

  it('takes several in the order of the index', () => {
    expect(choose(index, 'windows/amd64', 'linux/amd64')).toEqual([amd64, windows, aboutAmd64]);
  });

  it('takes what names no platform along with any', () => {
    expect(choose(indexOf(unnamed, amd64, arm64), 'linux/arm64')).toEqual([unnamed, arm64]);
  });

  it('refuses when one of those wanted is missing, and lists what there is', () => {
    expect(() => choose(index, 'linux/amd64', 'linux/s390x')).toThrow(
      'expected app:1 for linux/s390x, found linux/amd64, linux/arm64, linux/arm/v6, linux/arm/v7, windows/amd64',
    );
  });

  it('does not offer an attestation as a platform', () => {
    expect(() => choose(indexOf(aboutAmd64), 'linux/amd64')).toThrow('found no platform named');
  });
});
