import { describe, expect, it } from '@jest/globals';
import { analyzerTags, siblingTags } from './sibling-tags.js';

function siblingsAmong(asked: string, listed: readonly string[], repository = 'any/dast') {
  const tags = analyzerTags(repository, asked);
  return listed.filter((tag) => tags?.isSibling(tag));
}

describe('choosing the tags that may name the same analyzer', () => {
  it('takes the forms that GitLab moves together', () => {
    const listed = ['latest', '6', '6.1', '6.1.0', '5', '5.9.1', '6-fips', 'latest-fips'];
    expect(siblingsAmong('latest', listed)).toEqual(listed.slice(1));
    expect(siblingsAmong('6', listed)).toEqual([
      ...['latest', '6.1', '6.1.0', '6-fips', 'latest-fips'],
    ]);
    expect(siblingsAmong('5', listed)).toEqual(['latest', '5.9.1', 'latest-fips']);
    expect(siblingsAmong('6.1.0-fips', listed)).toEqual([
      ...['latest', '6', '6.1', '6.1.0', '6-fips', 'latest-fips'],
    ]);
  });

  it('takes nothing else', () => {
    const listed = ['edge', 'sha256-0a', '20240131', '6.1.0.1', '6-debug', 'main', '6.1.0-rc1'];
    expect(siblingsAmong('6', listed)).toEqual([]);
  });

  it('knows the majors of the templates without a list', () => {
    expect(analyzerTags('security-products/dast', 'latest')?.known.slice(0, 2)).toEqual(['6', '5']);
    expect(analyzerTags('dast', '6')?.known).toEqual(['latest', 'latest-fips', '6-fips']);
    expect(analyzerTags('kubesec', 'latest')?.known).toEqual(['6', '5']);
  });

  it('leaves images alone that are no analyzers', () => {
    expect(analyzerTags('team/app', '1')).toBeUndefined();
    expect(analyzerTags('team/mydast', '1')).toBeUndefined();
  });

  it('reads the versions of any image when it is told to', () => {
    const tags = siblingTags('1.4-alpine');
    const listed = ['1-alpine', '1.4.2-alpine', '1.4', 'latest-alpine', '1.5-alpine'];
    expect(tags.known).toEqual([]);
    expect(listed.filter(tags.isSibling)).toEqual(['1-alpine', '1.4.2-alpine', 'latest-alpine']);
  });
});
