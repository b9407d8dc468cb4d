import { describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { parseReference, type Digest } from 'oras-js';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLock, readLockIfThere, requireLocked, updatedLock, writeLock } from './lock-file.js';

const one: Digest = `sha256:${'1'.repeat(64)}`;
const two: Digest = `sha256:${'2'.repeat(64)}`;
const name = 'registry.example.com/app:1';

function refusalOf(work: () => void): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('holding names against a lock file', () => {
  it('lets the locked digest pass, and a name that locks itself', () => {
    requireLocked(new Map([[name, one]]), parseReference(name), one);
    requireLocked(new Map(), parseReference(`registry.example.com/app@${two}`), two);
  });

  it('refuses a digest that changed and a name that is not there, and says what was expected', () => {
    const lock = new Map([[name, one]]);
    const changed = refusalOf(() => {
      requireLocked(lock, parseReference(name), two);
    });
    expect(changed).toMatchObject({ code: 'EXPORT_LOCK_MISMATCH' });
    expect(changed).toHaveProperty('message', `expected ${name} to be ${one}, found ${two}`);
    const unknown = refusalOf(() => {
      requireLocked(lock, parseReference('registry.example.com/app:2'), one);
    });
    expect(unknown).toMatchObject({ code: 'EXPORT_LOCK_MISMATCH' });
  });

  it('reads back what it wrote, in one spelling', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'lock.json');
    expect(await readLockIfThere(file)).toEqual(new Map());
    await writeLock(
      file,
      new Map([
        ['b', two],
        ['a', one],
      ]),
    );
    const text = await readFile(file, 'utf8');
    await writeLock(
      file,
      new Map([
        ['a', one],
        ['b', two],
      ]),
    );
    expect(await readFile(file, 'utf8')).toBe(text);
    expect(await readLock(file)).toEqual(
      new Map([
        ['a', one],
        ['b', two],
      ]),
    );
  });

  it('keeps names that were not exported now, and moves those that were', () => {
    const source = {
      host: 'h',
      repository: 'app',
      resolved: '',
      upstreamSignature: { state: 'none-found' as const },
    };
    const sources = [
      { ...source, reference: '1', digest: two },
      { ...source, reference: two, digest: two },
    ];
    const lock = updatedLock(
      new Map([
        ['h/app:1', one],
        ['h/other:1', one],
      ]),
      { sources },
    );
    expect([...lock]).toEqual([
      ['h/app:1', two],
      ['h/other:1', one],
    ]);
  });

  it.each([
    ['not JSON', 'x'],
    ['another version', '{"version":2,"images":{}}'],
    ['an unknown field', '{"version":1,"images":{},"more":1}'],
    ['no digest', '{"version":1,"images":{"a":"latest"}}'],
    ['a name twice', `{"version":1,"images":{"a":"${one}","a":"${two}"}}`],
  ])('refuses %s', async (_, text) => {
    await using dir = await tempDir();
    const file = join(dir.path, 'lock.json');
    await writeFile(file, text);
    await expect(readLock(file)).rejects.toMatchObject({ code: 'EXPORT_LOCK_INVALID' });
    await expect(readLockIfThere(file)).rejects.toMatchObject({ code: 'EXPORT_LOCK_INVALID' });
  });
});
