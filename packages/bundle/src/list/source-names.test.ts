import { describe, expect, it } from '@jest/globals';
import { digestOf } from 'oras-js';
import type { BundleSource, UpstreamSignature } from './bundle-manifest.js';
import { sourceNames } from './source-names.js';

const none: UpstreamSignature = { state: 'none-found' };

function source(reference: string, more: Partial<BundleSource> = {}): BundleSource {
  const place = { host: 'registry.example.com', repository: 'team/app', reference };
  const resolved = '2026-01-01T00:00:00Z';
  return { ...place, digest: digestOf('one'), resolved, upstreamSignature: none, ...more };
}

function namesOf(...sources: readonly BundleSource[]): readonly string[] {
  return sourceNames(sources).map(({ names }) => names);
}

describe('naming where images come from', () => {
  it('puts the tags of one image together', () => {
    const digest = digestOf('two');
    expect(namesOf(source('1'), source('2', { digest }), source('1.4'))).toEqual([
      'registry.example.com/team/app:1, :1.4',
      'registry.example.com/team/app:2',
    ]);
    expect(namesOf(source(digest))).toEqual([`registry.example.com/team/app@${digest}`]);
  });

  it('keeps apart what is said of each alone, and what comes from elsewhere', () => {
    const key = 'ab'.repeat(32);
    const upstreamSignature: UpstreamSignature = { state: 'verified', key };
    expect(namesOf(source('1'), source('2', { upstreamSignature }))).toHaveLength(2);
    expect(namesOf(source('1'), source('1', { host: 'mirror.example.com' }))).toHaveLength(2);
  });
});
