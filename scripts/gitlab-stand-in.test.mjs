import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describeWith } from '@sallyport/testing';
import { repositoryRoot } from './lib/repository-root.mjs';

const script = join(repositoryRoot, 'scripts', 'gitlab-stand-in.mjs');

describeWith(['docker-registry', 'openssl'], 'trying a GitLab by hand', () => {
  it('says where it listens, asks for tokens as a GitLab does, and ends at Ctrl-C', async () => {
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    try {
      const said = new Map();
      for await (const line of createInterface({ input: child.stdout })) {
        const [name, value] = line.split(/\s+/);
        said.set(name, value);
        if (name === 'Ctrl-C') break;
      }
      const answer = await fetch(`http://${said.get('registry')}/v2/`);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain(
        `realm="${said.get('tokens')}",service="container_registry"`,
      );
    } finally {
      child.kill('SIGINT');
    }
    expect(await ended).toEqual([0, null]);
  });
});
