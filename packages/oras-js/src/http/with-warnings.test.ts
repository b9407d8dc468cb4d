/** What registries want their users to know. */
import { describe, expect, it } from '@jest/globals';
import { reply, startLoopbackServer, startRegistry, tagsPage } from '@sallyport/testing';
import { RegistryClient } from '../registry/registry-client.js';
import type { RegistryWarning } from './with-warnings.js';

/** Asks a registry that sends these headers as often as there are sets of them. */
async function told(...answers: (string | string[])[]) {
  const warnings: RegistryWarning[] = [];
  let at = 0;
  await using server = await startLoopbackServer((_, response) => {
    const Warning = answers[at] ?? [];
    at += 1;
    // As bytes: beside text, Node would write the header as UTF-8, too.
    reply(response, 200, { Warning }, Buffer.from(tagsPage));
  });
  await using client = new RegistryClient({
    plainHttp: [server.host],
    onWarning: (warning) => warnings.push(warning),
  });
  while (at < answers.length) await client.ping(server.host);
  expect(warnings.every(({ host }) => host === server.host)).toBe(true);
  return warnings.map(({ text }) => text);
}

describe('being warned by a registry', () => {
  it('hands on each text once, however often it comes', async () => {
    const one = '299 - "this repository moves on Friday"';
    const two = '299 - "log in: \\"anonymous\\" ends, soon"';
    expect(await told(one, one, [one, two], `${two}, ${one}`)).toEqual([
      'this repository moves on Friday',
      'log in: "anonymous" ends, soon',
    ]);
  });

  it('makes it fit for a terminal', async () => {
    const [colour, long, ...more] = await told([
      '299 - "red \u009b31m"',
      `299 - "${'x'.repeat(1000)}"`,
      '299 - ""',
    ]);
    expect(colour).toBe('red \\u009b31m');
    expect(long).toHaveLength(300);
    expect(more).toEqual([]);
  });

  for (const header of [
    '110 - "Response is stale"',
    '299 proxy.test "from somebody else"',
    '299 - no quotes',
    '299 - "no end',
    '299 - "with a date" "Sun, 22 Nov 2026 23:00:00 GMT"',
    `299 - "${'x'.repeat(4096)}"`,
  ]) {
    it(`is silent about ${header.slice(0, 60)}`, async () => {
      expect(await told(header)).toEqual([]);
    });
  }

  it('stops listening to one that always says something else', async () => {
    const answers = Array.from({ length: 300 }, (_, at) => `299 - "${at}"`);
    expect(await told(...answers)).toHaveLength(100);
  });

  it('takes the words of the registry alone, not of the storage it leads to', async () => {
    const warnings: RegistryWarning[] = [];
    await using storage = await startLoopbackServer((_, response) => {
      reply(response, 200, { Warning: '299 - "from storage"' }, tagsPage);
    });
    await using server = await startLoopbackServer((_, response) => {
      reply(response, 307, { Location: storage.url, Warning: '299 - "from the registry"' });
    });
    await using client = new RegistryClient({
      plainHttp: [server.host],
      onWarning: (warning) => warnings.push(warning),
    });
    await client.ping(server.host);
    expect(storage.seen).toHaveLength(1);
    expect(warnings).toEqual([{ host: server.host, text: 'from the registry' }]);
  });

  it('works the same when nobody listens, and hears a refusal, too', async () => {
    await using registry = await startRegistry();
    registry.answers(403, { headers: { Warning: '299 - "no more pulls"' } });
    const texts: string[] = [];
    for (const options of [{}, { onWarning: ({ text }: RegistryWarning) => texts.push(text) }]) {
      await using client = new RegistryClient(options);
      await expect(client.ping(registry.host)).rejects.toMatchObject({ status: 403 });
    }
    expect(texts).toEqual(['no more pulls']);
  });
});
