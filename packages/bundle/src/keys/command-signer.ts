/**
 * Signs by asking a command: a token, a key server, a cloud's key service.
 *
 * The command gets the 32 bytes of the SHA-256 on standard input and answers
 * with an ECDSA signature in DER on standard output. What it answers is
 * verified with the named public key before it goes anywhere.
 */
import { createHash, verify } from 'node:crypto';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { printable, type CallOptions } from 'oras-js';
import { KeyError } from './key-error.js';
import type { TrustedKey } from './public-key.js';
import type { Signer } from './signing-key.js';

/** A DER signature has 72 bytes at most; what is longer is something else. */
const maxAnswerBytes = 1024;
/** Enough of what a command says about its failure. */
const maxComplaintBytes = 4096;

/** @param command Run by the system's shell, with the environment of this program. */
export function commandSigner(command: string, publicKey: TrustedKey): Signer {
  return {
    publicKey,
    sign: async (bytes, options) => {
      const digest = createHash('sha256').update(bytes).digest();
      const signature = await answerOf(command, digest, options);
      if (verify('sha256', bytes, { key: publicKey.key, dsaEncoding: 'der' }, signature)) {
        return signature;
      }
      throw failed(
        command,
        `expected a signature by the named key, found ${signature.byteLength} bytes that are none`,
        {
          hint: 'the command has to sign the digest as it is, without hashing it again, and answer in DER',
        },
      );
    },
  };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

async function answerOf(
  command: string,
  digest: Buffer,
  { signal }: CallOptions = {},
): Promise<Buffer> {
  signal?.throwIfAborted();
  const child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const stop = (): unknown => child.kill();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    // A command that does not read its input closes it; its exit code says what that means.
    child.stdin.on('error', () => undefined);
    child.stdin.end(digest);
    const [answer, complaint, code] = await Promise.all([
      collect(child.stdout, maxAnswerBytes),
      collect(child.stderr, maxComplaintBytes),
      exitOf(child, command),
    ]);
    signal?.throwIfAborted();
    if (code === 0) return answer;
    const said = printable(complaint.toString('utf8').trim());
    throw failed(
      command,
      `it ended with exit code ${code}${said === '' ? '' : ` and said: ${said}`}`,
    );
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function exitOf(child: Child, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(failed(command, 'it could not be started', { cause }));
    });
    child.once('close', (code) => {
      resolve(code ?? -1);
    });
  });
}

// Read to the end, so that the command never waits for us; kept up to the limit and one byte.
async function collect(stream: Readable, limit: number): Promise<Buffer> {
  let kept = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (kept.byteLength <= limit) kept = Buffer.concat([kept, chunk]).subarray(0, limit + 1);
  }
  return kept;
}

function failed(
  command: string,
  found: string,
  more: { hint?: string; cause?: unknown } = {},
): KeyError {
  return new KeyError(
    'KEY_SIGNER_FAILED',
    `the signer command ${JSON.stringify(printable(command, 100))}: ${found}`,
    {
      hint: 'run the command by hand; it gets 32 bytes and answers with a DER signature',
      ...more,
    },
  );
}
