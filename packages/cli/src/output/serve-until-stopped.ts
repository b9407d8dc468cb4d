/** Runs a server until Ctrl-C or SIGTERM, which is how a server ends well. */
import { once } from 'node:events';
import type { RunningRegistry, ServeOptions } from '@sallyport/registry';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';

/** How long answers under way are waited for. Whoever stops a program wants it gone within a second. */
const graceMs = 700;

/** @param names What can be pulled, without the host. */
export async function serveUntilStopped(
  options: ServeOptions,
  names: readonly string[],
  { stdout, signal }: CliContext,
): Promise<void> {
  signal.throwIfAborted();
  await using server = await listening({ graceMs, ...options });
  stdout.write(`serving on ${server.url}\n`);
  for (const name of names) stdout.write(`  ${server.host}/${name}\n`);
  if (!signal.aborted) await once(signal, 'abort');
}

async function listening(options: ServeOptions): Promise<RunningRegistry> {
  // An HTTP server, which no other command needs: loaded with everything else it would lengthen each start.
  const { serveRegistry } = await import('@sallyport/registry');
  try {
    return await serveRegistry(options);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw cause;
    throw new UsageError(`cannot listen on that address (${code})`, {
      hint: 'choose another with --listen HOST:PORT',
      cause,
    });
  }
}
