/** Which trust files are read, which are refused, and what is left when writing one is cut short. */
import { describe, expect, it } from '@jest/globals';
import { eventually, runProgram, startProgram, tempDir, testSigner } from '@sallyport/testing';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePublicKey } from '../keys/public-key.js';
import { addKey, removeKey, revokeKey } from './edit-trust.js';
import { formatTrustFile } from './format-trust-file.js';
import { parseTrustFile } from './parse-trust-file.js';
import { readTrustFile, readTrustFileIfThere } from './read-trust-file.js';
import { emptyTrust, type KeyTerms, type SiteTrust } from './site-trust.js';
import { updateTrustFile } from './update-trust-file.js';

const newPem = (): string => testSigner().publicKeyPem;

function terms(name: string, more: Partial<KeyTerms> = {}): KeyTerms {
  const key = parsePublicKey(newPem(), 'test.pub');
  const limits = { notBefore: undefined, notAfter: undefined, revoked: undefined };
  return { name, key, channels: ['default'], ...limits, ...more };
}

const everything: SiteTrust = {
  keys: [
    terms('alpha', {
      channels: ['default', 'nightly'],
      notBefore: '2026-01-01T00:00:00Z',
      notAfter: '2027-01-01T00:00:00Z',
      revoked: { at: '2026-06-01T00:00:00Z', reason: 'laptop stolen in Köln' },
    }),
    terms('beta'),
  ],
  threshold: 2,
  site: 'plant 7',
  maxAgeDays: 30,
  requireExpires: true,
  sourceHosts: ['registry.example.com:5000', 'registry.gitlab.com'],
  minimumSequence: new Map([
    ['default', 5],
    ['nightly', 7],
  ]),
};

/** A valid file as a plain object, to break one thing in. */
function fields(): Record<string, unknown> & { keys: Record<string, unknown>[] } {
  return JSON.parse(formatTrustFile(everything)) as ReturnType<typeof fields>;
}

const parse = (value: unknown): SiteTrust =>
  parseTrustFile(Buffer.from(JSON.stringify(value)), 'trust.json');

const refusal = (code: string, words = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

const invalid = (words = ''): unknown => refusal('TRUST_FILE_INVALID', words);

describe('reading a trust file', () => {
  it('gives back what was written, whatever the order it was written in', () => {
    const text = formatTrustFile(everything);
    const read = parseTrustFile(Buffer.from(text), 'trust.json');
    expect(formatTrustFile(read)).toBe(text);
    expect(formatTrustFile({ ...read, keys: [...read.keys].reverse() })).toBe(text);
    expect(read.keys.map(({ name, key }) => [name, key.fingerprint])).toEqual(
      everything.keys.map(({ name, key }) => [name, key.fingerprint]),
    );
    expect({ ...read, keys: [] }).toEqual({ ...everything, keys: [] });
  });

  it('reads one that says as little as it can', () => {
    expect(parse(JSON.parse(formatTrustFile(emptyTrust)))).toEqual(emptyTrust);
  });

  it.each([
    ['', 'an empty file'],
    ['{}', 'an object without a type'],
    ['null', 'null'],
    ['{"_type":1}', 'a type that is a number'],
    ['\ufeff{}', 'a byte order mark'],
  ])('refuses %j: %s', (text) => {
    expect(() => parseTrustFile(Buffer.from(text), 'trust.json')).toThrow(invalid());
  });

  it('asks for a newer program when the file is of another version', () => {
    const newer = { ...fields(), _type: 'application/vnd.sallyport.trust.v2+json', more: true };
    expect(() => parse(newer)).toThrow(refusal('TRUST_FILE_TOO_NEW', 'version 2'));
  });

  it.each<[string, object]>([
    ['an unknown field', { skipSignatures: true }],
    ['threshold 0', { threshold: 0 }],
    ['threshold 9', { threshold: 9 }],
    ['a threshold in words', { threshold: '1' }],
    ['no threshold', { threshold: undefined }],
    ['an age of 0 days', { maxAgeDays: 0 }],
    ['a word for a boolean', { requireExpires: 'yes' }],
    ['a site without a name', { site: '' }],
    ['a host in upper case', { sourceHosts: ['Registry.example.com'] }],
    ['a host with a path', { sourceHosts: ['registry.example.com/team'] }],
    ['no host at all', { sourceHosts: [] }],
    ['a host twice', { sourceHosts: ['a', 'a'] }],
    ['a minimum of 0', { minimumSequence: { default: 0 } }],
    ['a minimum for no channel', { minimumSequence: { 'NOT A CHANNEL': 1 } }],
    ['keys in an object', { keys: {} }],
  ])('refuses %s', (_what, change) => {
    expect(() => parse({ ...fields(), ...change })).toThrow(invalid());
  });

  it.each<[string, object]>([
    ['an unknown field', { trusted: true }],
    ['no name', { name: undefined }],
    ['a name with a space', { name: 'a b' }],
    ['no channels', { channels: undefined }],
    ['an empty list of channels', { channels: [] }],
    ['every channel', { channels: 'every' }],
    ['a date that is none', { notBefore: '2026-02-30T00:00:00Z' }],
    ['dates in the wrong order', { notBefore: '2027-01-01T00:00:00Z' }],
    ['a revocation without a reason', { revoked: { at: '2026-06-01T00:00:00Z' } }],
    ['an empty reason', { revoked: { at: '2026-06-01T00:00:00Z', reason: ' ' } }],
    [
      'a reason that moves the cursor',
      { revoked: { at: '2026-06-01T00:00:00Z', reason: '\u001b[2J' } },
    ],
    ['a revocation that is only a word', { revoked: 'yes' }],
    [
      'a damaged key',
      { publicKey: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n' },
    ],
  ])('refuses a key with %s', (_what, change) => {
    const file = fields();
    Object.assign(file.keys[0] ?? {}, change);
    expect(() => parse(file)).toThrow(invalid());
  });

  it('refuses two keys of one name, and more keys than a site can have', () => {
    const file = fields();
    expect(() => parse({ ...file, keys: [file.keys[0], file.keys[0]] })).toThrow(invalid('once'));
    const many = Array.from({ length: 257 }, (_, at) => ({ ...file.keys[0], name: `k${at}` }));
    expect(() => parse({ ...file, keys: many })).toThrow(invalid('at most 256'));
  });

  it('refuses a private key and a certificate, wherever they stand', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const file = fields();
    for (const text of [pem, certificate]) {
      Object.assign(file.keys[0] ?? {}, { publicKey: text });
      expect(() => parse(file)).toThrow(refusal('KEY_WRONG_KIND'));
      expect(() => parse({ ...fields(), site: text })).toThrow(refusal('KEY_WRONG_KIND'));
    }
  });

  it('refuses a key of another type', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const file = fields();
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    Object.assign(file.keys[0] ?? {}, { publicKey: pem });
    expect(() => parse(file)).toThrow(refusal('KEY_UNSUPPORTED'));
  });
});

describe('reading a trust file from disk', () => {
  it.each([0o664, 0o646, 0o666, 0o777])('refuses it with mode %o', async (mode) => {
    await using dir = await tempDir();
    const file = join(dir.path, 'trust.json');
    await writeFile(file, formatTrustFile(everything));
    await chmod(file, mode);
    await expect(readTrustFile(file)).rejects.toEqual(refusal('TRUST_FILE_PERMISSIONS', 'mode'));
  });

  it('refuses it in a folder where others can replace it', async () => {
    await using dir = await tempDir();
    const [open, shared] = [join(dir.path, 'open'), join(dir.path, 'shared')];
    for (const folder of [open, shared]) {
      await mkdir(folder);
      await writeFile(join(folder, 'trust.json'), formatTrustFile(everything));
    }
    await chmod(open, 0o777);
    // As /tmp is: only its owner can replace a file.
    await chmod(shared, 0o1777);
    await expect(readTrustFile(join(open, 'trust.json'))).rejects.toEqual(
      refusal('TRUST_FILE_PERMISSIONS', `the folder ${open} with mode 0777`),
    );
    await expect(readTrustFile(join(shared, 'trust.json'))).resolves.toBeDefined();
  });

  it('refuses what is missing, a folder, a pipe, and what is too large', async () => {
    await using dir = await tempDir();
    const at = (name: string): string => join(dir.path, name);
    await runProgram('mkfifo', [at('pipe')]);
    await writeFile(at('large'), Buffer.alloc(1024 * 1024 + 1, ' '));
    for (const name of ['missing', '.', 'pipe']) {
      await expect(readTrustFile(at(name))).rejects.toEqual(refusal('TRUST_FILE_UNREADABLE'));
    }
    await expect(readTrustFile(at('large'))).rejects.toEqual(invalid('at most'));
    await expect(readTrustFileIfThere(at('missing'))).resolves.toBeUndefined();
  });
});

describe('changing a trust file', () => {
  it('makes the file and its folder for the owner alone to write', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'config', 'sallyport', 'trust.json');
    await updateTrustFile(file, (trust) => addKey(trust, terms('alpha')));
    expect((await stat(file)).mode & 0o777).toBe(0o644);
    expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700);
    expect((await readTrustFile(file)).keys.map(({ name }) => name)).toEqual(['alpha']);
  });

  it('loses nothing when many change it at once', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'trust.json');
    const names = Array.from({ length: 12 }, (_, at) => `key-${String(at).padStart(2, '0')}`);
    await Promise.all(
      names.map((name) => updateTrustFile(file, (trust) => addKey(trust, terms(name)))),
    );
    expect((await readTrustFile(file)).keys.map(({ name }) => name)).toEqual(names);
    expect(await readdir(dir.path)).toEqual(['trust.json']);
  });

  it('leaves the file as it was when the change is refused', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'trust.json');
    const [alpha] = [terms('alpha')];
    await updateTrustFile(file, (trust) => addKey(trust, alpha));
    const before = await readFile(file);
    const changes: readonly [(trust: SiteTrust) => SiteTrust, string][] = [
      [(trust) => addKey(trust, terms('alpha')), 'TRUST_KEY_EXISTS'],
      [(trust) => addKey(trust, { ...alpha, name: 'other' }), 'TRUST_KEY_EXISTS'],
      [(trust) => addKey(trust, terms('a b')), 'TRUST_FILE_INVALID'],
      [(trust) => removeKey(trust, 'beta'), 'TRUST_KEY_UNKNOWN'],
      [(trust) => revokeKey(trust, 'beta', '2026-01-01T00:00:00Z', 'why'), 'TRUST_KEY_UNKNOWN'],
      [(trust) => revokeKey(trust, 'alpha', '2026-01-01T00:00:00Z', ''), 'TRUST_FILE_INVALID'],
    ];
    for (const [change, code] of changes) {
      await expect(updateTrustFile(file, change)).rejects.toEqual(refusal(code));
    }
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(dir.path)).toEqual(['trust.json']);
  });

  it('never writes over one that somebody else could have written', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'trust.json');
    await writeFile(file, formatTrustFile(everything));
    await chmod(file, 0o666);
    await expect(updateTrustFile(file, (trust) => removeKey(trust, 'beta'))).rejects.toEqual(
      refusal('TRUST_FILE_PERMISSIONS'),
    );
  });

  it('keeps the first revocation', () => {
    const once = revokeKey(everything, 'beta', '2026-02-01T00:00:00Z', 'first');
    const twice = revokeKey(once, 'beta', '2026-03-01T00:00:00Z', 'second');
    expect(twice.keys[1]?.revoked).toEqual({ at: '2026-02-01T00:00:00Z', reason: 'first' });
  });

  it('leaves a whole file when it is killed in the middle of writing', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'trust.json');
    await writeFile(file, formatTrustFile(everything));
    const writer = `
      const { updateTrustFile } = await import(${JSON.stringify(new URL('./update-trust-file.js', import.meta.url).href)});
      for (let at = 1; ; at += 1) {
        await updateTrustFile(${JSON.stringify(file)}, (trust) => ({ ...trust, maxAgeDays: 1 + (at % 30000) }));
        process.stdout.write('.');
      }`;
    for (let round = 0; round < 3; round += 1) {
      await using program = startProgram(process.execPath, ['--input-type=module', '-e', writer]);
      await eventually(() => {
        expect(program.said.stdout.length).toBeGreaterThan(round * 3);
      });
      program.send('SIGKILL');
      await program.ended;
      expect((await readTrustFile(file)).keys).toHaveLength(2);
    }
    // The lock of the one that was killed does not stay in the way.
    await updateTrustFile(file, (trust) => removeKey(trust, 'beta'));
    expect(await readdir(dir.path)).toEqual(['trust.json']);
  });
});
