/** A gigabyte where a few kilobytes belong: in a process of its own, whose memory is measured. */
import { describe, expect, it } from '@jest/globals';
import { floods, runProgram, startFlood } from '@sallyport/testing';
import { fileURLToPath } from 'node:url';

/** More than the process has at rest, far less than what is sent. */
const maxGrowthBytes = 200_000_000;

/** Asks each question once, in a fresh process; tells codes and the most memory that it ever had. */
const program = `
import { RegistryClient } from ${JSON.stringify(fileURLToPath(new URL('../index.js', import.meta.url)))};
const [host] = process.argv.slice(1);
const restBytes = process.memoryUsage.rss();
let mostBytes = restBytes;
// Looked at again and again: the peak that the system keeps is that of the parent, too.
const look = () => { mostBytes = Math.max(mostBytes, process.memoryUsage.rss()); };
setInterval(look, 5).unref();
const content = (mediaType) => ({ mediaType, digest: 'sha256:' + 'a'.repeat(64), size: 1000 });
const all = async (items) => { for await (const item of await items) void item; };
const questions = [
  (app) => app.resolve('v1'),
  (app) => all(app.fetch(content('application/vnd.oci.image.manifest.v1+json'))),
  (app) => all(app.fetch(content('application/x-layer'))),
  (app) => all(app.tags()),
  (app) => all(app.referrers(content('application/vnd.oci.image.manifest.v1+json'))),
];
const codes = [];
for (const ask of questions) {
  const client = new RegistryClient({ plainHttp: [host], retry: { maxRetries: 0 } });
  codes.push(await ask(client.repository(host, 'app')).then(() => 'none', (error) => error.code));
  look();
  await client.close();
}
const growthBytes = mostBytes - restBytes;
console.log(JSON.stringify({ codes, growthBytes }));
`;

describe('being flooded', () => {
  for (const flood of floods) {
    it(`holds no more than it needs of ${flood}`, async () => {
      await using server = await startFlood(flood);
      const args = ['--input-type=module', '--eval', program, server.host];
      const { stdout, stderr } = await runProgram(process.execPath, args);
      expect(stderr).toBe('');
      const { codes, growthBytes } = JSON.parse(stdout) as { codes: string[]; growthBytes: number };
      expect(codes).toHaveLength(5);
      for (const code of codes) expect(code).toMatch(/^(?:REGISTRY|CONTENT)_/);
      expect(growthBytes).toBeLessThan(maxGrowthBytes);
    });
  }
});
