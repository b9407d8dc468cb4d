/**
 * The shell of somebody who follows a page: one folder, one environment from block to block.
 *
 * A block that ends in a server keeps running, as it would in a second terminal, until `close`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { repositoryRoot } from '../repository-root.mjs';

const serverForm = /^(?:npx )?sallyport(?:-offline)? (?:serve|registry) /;
/** A server that says something else than the page is waited for this long, then its words are shown. */
const patienceMs = 10_000;

export class ReadersShell {
  /** @param {Record<string, string>} env Besides PATH, HOME and TMPDIR. */
  constructor(env) {
    this.home = mkdtempSync(join(tmpdir(), 'sallyport-docs-'));
    this.folder = join(this.home, 'work');
    this.servers = [];
    const programs = join(this.home, 'programs');
    mkdirSync(this.folder);
    mkdirSync(programs);
    for (const name of ['sallyport', 'sallyport-offline']) writeProgram(programs, name);
    // What npx would run from a checkout.
    writeFileSync(join(programs, 'npx'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
    const path = `${programs}:${process.env.PATH}`;
    this.env = { ...env, PATH: path, HOME: this.home, TMPDIR: this.home };
    this.keptFile = join(this.home, 'environment');
    writeFileSync(this.keptFile, '');
  }

  /**
   * @param {(output: string) => boolean} isUp Of a server: whether it has said all that it says when it is up.
   * @returns {Promise<{ code: number | null, output: string }>} Of a server: what it said until then.
   */
  async run(block, isUp) {
    const lines = block.trimEnd().split('\n');
    const last = lines.pop();
    const isServer = serverForm.test(last);
    // In the place of the shell, so that it is the server that Ctrl-C meets.
    const text = [...lines, isServer ? `exec ${last}` : last].join('\n');
    // Both streams in one pipe keep the order in which a terminal shows them.
    const start = `. ${this.keptFile}; exec 2>&1; set -e\n${text}`;
    const script = isServer ? start : `${start}\nexport -p > ${this.keptFile}`;
    const child = spawn('sh', ['-c', script], {
      cwd: this.folder,
      env: this.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const running = { child, output: '', ended: once(child, 'close') };
    child.stdout.on('data', (chunk) => (running.output += chunk));
    if (isServer) return this.untilUp(running, isUp);
    const [code] = await running.ended;
    return { code, output: running.output };
  }

  async untilUp(running, isUp) {
    this.servers.push(running);
    const deadline = performance.now() + patienceMs;
    while (!isUp(running.output) && performance.now() < deadline) {
      const more = await Promise.race([
        once(running.child.stdout, 'data').then(() => true),
        running.ended.then(() => false),
        setTimeout(patienceMs, true, { ref: false }),
      ]);
      if (!more) break;
    }
    return { code: running.child.exitCode ?? 0, output: running.output };
  }

  /** Stops the servers as Ctrl-C does. @returns {Promise<(number | null)[]>} Their exit codes. */
  async close() {
    const codes = [];
    for (const { child, ended } of this.servers.splice(0)) {
      if (child.exitCode === null) child.kill('SIGINT');
      codes.push((await ended)[0]);
    }
    rmSync(this.home, { recursive: true, force: true });
    return codes;
  }
}

function writeProgram(folder, name) {
  const file = join(repositoryRoot, 'packages', 'cli', 'bin', `${name}.js`);
  const text = `#!/bin/sh\nexec '${process.execPath}' '${file}' "$@"\n`;
  writeFileSync(join(folder, name), text, { mode: 0o755 });
}
