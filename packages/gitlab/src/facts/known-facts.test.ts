import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { parseReference, parseStrictJson, type JsonObject } from 'oras-js';
import { factsDate, knownFacts } from './known-facts.js';
import { parseFacts } from './parse-facts.js';

async function document(): Promise<string> {
  return readFile(new URL('gitlab-facts.json', import.meta.url), 'utf8');
}

/** The document that ships, with one text in place of another. */
async function changed(from: string, to: string): Promise<JsonObject> {
  const text = await document();
  expect(text).toContain(from);
  return parseStrictJson(Buffer.from(text.replace(from, to))) as JsonObject;
}

describe('keeping what is known about GitLab', () => {
  it('ships a document that has each key once and says what the program says', async () => {
    expect(parseFacts(parseStrictJson(Buffer.from(await document())))).toEqual(knownFacts);
  });

  it('names images that can be asked for', () => {
    const { registry, namespace, images, endOfSupport } = knownFacts;
    for (const { name, tags, fips } of images) {
      for (const { tag } of tags) {
        const reference = `${registry}/${namespace}/${name}:${tag}${fips?.suffix ?? ''}`;
        expect(parseReference(reference)).toMatchObject({ registry, tag: expect.any(String) });
      }
    }
    expect(endOfSupport.map(({ name }) => name)).toContain('bandit');
  });

  it('knows nothing that was checked after today, or of a GitLab older than the place of the images', () => {
    expect(factsDate <= new Date().toISOString().slice(0, 10)).toBe(true);
    for (const { tags } of knownFacts.images) {
      for (const { from } of tags) {
        expect(from.major).toBeGreaterThanOrEqual(knownFacts.home.from.major);
        expect(from.major).toBeLessThanOrEqual(knownFacts.newestMajor.major);
      }
    }
  });

  it.each([
    ['a source that is missing', '"source":', '"sauce":', 'unknown field'],
    ['a source that is no address', '"https://gitlab.com', '"gitlab.com', 'an https address'],
    ['a day that never was', '"2026-11-22"', '"2026-02-30"', 'a day'],
    ['a version without a minor', '"from": "16.0"', '"from": "16"', 'a version'],
    ['versions out of order', '"from": "17.0"', '"from": "15.5"', 'rising versions'],
    ['one version twice', '"from": "17.0"', '"from": "16.0"', 'rising versions'],
    ['a change that changes nothing', '"tag": "4"', '"tag": "3"', 'another tag'],
    ['an image twice', '"name": "bandit"', '"name": "dast"', 'each image once'],
    ['a name with capitals', '"name": "semgrep"', '"name": "Semgrep"', 'an image name'],
    ['a suffix that no tag has', '"suffix": "-fips"', '"suffix": "/fips"', 'the end of a tag'],
    ['a tag with a blank', '"tag": "3"', '"tag": "3 "', 'a tag'],
    ['a job that runs an unknown image', '"image": "dast"', '"image": "dsat"', 'of the facts'],
    [
      'a template without a name',
      '"names": ["Security/DAST-API',
      '"names": ["DAST API',
      'names of',
    ],
    ['a variable in small letters', '"DAST_VERSION": ', '"dast_version": ', 'a CI/CD variable'],
    [
      'a template that is not internal, said so',
      '"internal": true',
      '"internal": false',
      'true at',
    ],
    ['an image for nothing', '["sast"]', '[]', 'a scanner'],
  ])('refuses %s', async (_what, from, to, words) => {
    const document = await changed(from, to);
    expect(() => parseFacts(document)).toThrow(words);
  });
});
