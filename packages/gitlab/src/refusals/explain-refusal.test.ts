import { describe, expect, it } from '@jest/globals';
import { explainRefusal } from './explain-refusal.js';
import { isGitlabLogin } from './gitlab-realm.js';
import { imagePathProblem, possibleProjects } from './image-path.js';
import { wantedAccess, type Refusal } from './refusal.js';

const denied: Refusal = {
  code: 'REGISTRY_DENIED',
  status: 401,
  serverCode: 'UNAUTHORIZED',
  isTokenService: false,
  account: 'gitlab+deploy-token-1',
  wanted: { repository: 'team/scanners/dast', isPush: true },
  complaint: 'insufficient_scope',
  clockAheadMs: 0,
};
const byTokens = { isTokenService: true, complaint: undefined };

describe('explaining a refusal in the terms of GitLab', () => {
  it.each<[string, Partial<Refusal>, string]>([
    [
      'wrong credentials',
      { ...byTokens, code: 'REGISTRY_UNAUTHORIZED' },
      'wrong credentials are refused',
    ],
    ['an old job token', { ...byTokens, account: 'gitlab-ci-token' }, 'it ends with its job'],
    ['a ban', { ...byTokens, status: 403, serverCode: undefined }, 'wait 15 minutes'],
    [
      'no login',
      { ...byTokens, status: 403, account: undefined, serverCode: 'DENIED' },
      'write_registry',
    ],
    ['a limit', { ...byTokens, status: 403, serverCode: 'DENIED' }, 'storage limit'],
    ['a protected tag', { serverCode: 'PROTECTED_TAG' }, 'protects this tag'],
    ['an immutable tag', { serverCode: 'IMMUTABLE_TAG' }, 'immutable'],
    ['a token that is not taken', { complaint: 'invalid_token' }, 'clocks'],
    ['a clock ahead', { clockAheadMs: 600_000 }, '600 s ahead of'],
    ['a clock behind', { clockAheadMs: -61_000 }, '61 s behind'],
    ['no project', { wanted: { repository: 'dast', isPush: true } }, 'namespace/project'],
    ['no right to push', {}, 'team/scanners/dast or team/scanners is there (a push creates none)'],
    ['no right to pull', { wanted: { repository: 'a/b', isPush: false } }, 'read_registry'],
    [
      'a deep path',
      { wanted: { repository: 'a/b/c/d/e', isPush: true } },
      'no more than two names',
    ],
    ['a job elsewhere', { account: 'gitlab-ci-token' }, 'only in the project of its job'],
    [
      'a job that is not let in',
      { account: 'gitlab-ci-token', wanted: { repository: 'a/b', isPush: false } },
      'allowlist of a/b',
    ],
    [
      'a missing image',
      { code: 'REGISTRY_NOT_FOUND', status: 404, wanted: { repository: 'a/b', isPush: false } },
      'no such image or tag',
    ],
    [
      'a missing child',
      { code: 'REGISTRY_BLOB_UNKNOWN', status: 400, serverCode: 'MANIFEST_BLOB_UNKNOWN' },
      'all its platforms',
    ],
    [
      'a large manifest',
      { code: 'REGISTRY_REFUSED', serverCode: 'MANIFEST_SIZE_LIMIT' },
      'higher limit',
    ],
  ])('knows %s', (_what, facts, expected) => {
    expect(explainRefusal({ ...denied, ...facts })).toContain(expected);
  });

  it('has nothing to say about what is not GitLab’s own', () => {
    const facts = { code: 'REGISTRY_UNAVAILABLE', status: 503, serverCode: undefined };
    expect(explainRefusal({ ...denied, ...facts })).toBeUndefined();
  });
});

describe('recognising a GitLab', () => {
  it.each([
    ['https://gitlab.example.com/jwt/auth', 'container_registry', true],
    ['https://example.com/gitlab/jwt/auth', 'container_registry', true],
    ['https://gitlab.example.com/jwt/auth', undefined, false],
    ['https://harbor.example.com/service/token', 'harbor-registry', false],
  ])('%s of %s: %s', (realm, service, expected) => {
    expect(isGitlabLogin({ realm, service })).toBe(expected);
  });
});

describe('finding the project of an image', () => {
  it('looks up to two names above the last, never at a namespace alone', () => {
    expect(possibleProjects('a/b/c/d')).toEqual(['a/b/c/d', 'a/b/c', 'a/b']);
    expect(possibleProjects('a/b/c/d/e')).toEqual(['a/b/c/d/e', 'a/b/c/d', 'a/b/c']);
    expect(possibleProjects('a/b')).toEqual(['a/b']);
    expect(imagePathProblem('a')).toContain('namespace/project');
    expect(imagePathProblem('a/b')).toBeUndefined();
  });

  it('reads what a token was asked for', () => {
    expect(wantedAccess('repository:a/b:pull,push')).toEqual({ repository: 'a/b', isPush: true });
    expect(wantedAccess('repository:a/b:pull')).toEqual({ repository: 'a/b', isPush: false });
    expect(wantedAccess('registry:catalog:*')).toBeUndefined();
  });
});
