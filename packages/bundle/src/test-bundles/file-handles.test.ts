/** Lets a test make every open file fail, which no file system does when asked. */
import { describe, expect, it } from '@jest/globals';
import { open, type FileHandle } from 'node:fs/promises';

/** What all open files inherit from. */
export async function fileHandles(): Promise<FileHandle> {
  await using handle = await open('/', 'r');
  return Object.getPrototypeOf(handle) as FileHandle;
}

describe('what open files inherit from', () => {
  it('has their methods', async () => {
    await using handle = await open('/', 'r');
    const shared = await fileHandles();
    expect(Object.getOwnPropertyNames(shared)).toContain('datasync');
    expect(shared).toBe(Object.getPrototypeOf(handle));
  });
});
