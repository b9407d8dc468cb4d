import { describe, expect, it } from '@jest/globals';
import {
  describeWith,
  expectRefusal,
  openDesk,
  runProgram,
  startRegistry,
  tinyImage,
  type Desk,
} from '@sallyport/testing';
import { readFile, writeFile } from 'node:fs/promises';
import { allCommands } from '../commands/all-commands.js';
import { runCommand } from '../run-command.js';
import { html } from './html.js';

const hostile = `<script>alert(1)</script>"'&<img src=x onerror=alert(1)>\u001b[31m\u202eevil`;

interface Scene {
  readonly desk: Desk;
  readonly bundle: string;
  /** Writes the transfer report with these options and reads it. */
  readonly report: (...options: readonly string[]) => Promise<string>;
}

async function inScene(act: (scene: Scene) => Promise<void>): Promise<void> {
  await using registry = await startRegistry();
  await using desk = await openDesk((args, world) =>
    runCommand('sallyport', allCommands, args, world),
  );
  const platforms = ['linux/amd64', 'linux/arm64'];
  await (await tinyImage({ layerBytes: [9000, 3000], platforms })).pushTo(registry.store, 'app:1');
  const bundle = desk.path('b.tar');
  const note = ['--annotation', `note=${hostile}`, '--annotation', `${hostile.replace('=', '')}=x`];
  await desk.runWell(['export', `${registry.host}/app:1`, '-o', bundle, '-k', desk.key, ...note]);
  const report = async (...options: readonly string[]): Promise<string> => {
    await desk.runWell(['inspect', bundle, '--html', desk.path('r.html'), ...options]);
    return readFile(desk.path('r.html'), 'utf8');
  };
  await act({ desk, bundle, report });
}

/** Every tag has to be closed in its order, as in XML, but for the few that have no end. */
function openTags(page: string): readonly string[] {
  const open: string[] = [];
  const withoutStyle = page.replace(/<style>[^]*?<\/style>/g, '');
  for (const [, end, name = '', self] of withoutStyle.matchAll(/<(\/?)([a-z0-9]+)[^<>]*?(\/?)>/g)) {
    if (self === '/' || ['meta', 'br'].includes(name)) continue;
    if (end === '') open.push(name);
    else expect(open.pop()).toBe(name);
  }
  return open;
}

describe('making HTML', () => {
  it('takes every value as text, also in attributes, and shows what cannot be seen', () => {
    expect(html`<p title="${'a"b'}">${hostile}</p>`.text).toBe(
      '<p title="a&#34;b">&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;&#60;img src=x onerror=alert(1)&#62;\\u001b[31m\\u202eevil</p>',
    );
  });

  it('leaves out what is not there, and puts lists one after the other', () => {
    expect(html`${undefined}${[1, [html`<b>x</b>`, '<']]}`.text).toBe('1<b>x</b>&#60;');
  });
});

describe('writing a transfer report', () => {
  it('is one page that loads nothing, runs nothing, and whose tags all close', async () => {
    await inScene(async ({ desk, report }) => {
      const page = await report('--key', desk.pub);

      expect(page).not.toMatch(/<script|<img|<link|<iframe|javascript:|https?:|url\(|@import/i);
      expect(page.match(/<[^>]+ on[a-z]+=/)).toBeNull();
      expect(page).toMatch(/Content-Security-Policy"\s+content="default-src 'none'/);
      expect(openTags(page)).toEqual([]);
      expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
      expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
    });
  });

  it('lists every file with its hash and size, draws every layer, and has room to sign', async () => {
    await inScene(async ({ desk, bundle, report }) => {
      const page = await report('--key', desk.pub);
      const { stdout } = await desk.runWell(['inspect', bundle, '--json', '--key', desk.pub]);
      const { entries } = JSON.parse(stdout) as { entries: { digest: string; size: number }[] };

      for (const { digest, size } of entries) {
        expect(page).toContain(digest.slice('sha256:'.length));
        expect(page).toContain(`>${size}<`);
      }
      // One for each of two layers on two platforms, and the ground of each bar.
      expect(page.match(/<rect/g)).toHaveLength(2 * 3);
      for (const role of ['Requested', 'Approved', 'Carried', 'Received', 'Imported'])
        expect(page).toContain(`${role} by`);
    });
  });

  it('draws layers to scale', async () => {
    await inScene(async ({ desk, report }) => {
      const page = await report('--key', desk.pub);
      const widths = [...page.matchAll(/width="([0-9.]+)"\s+height="20"\s+fill="#[29]/g)];
      const [first, second] = widths.map(([, width]) => Number(width));
      const [large = 0, small = 0] = (
        await tinyImage({ layerBytes: [9000, 3000], platforms: ['linux/amd64', 'linux/arm64'] })
      ).contents.map(({ content }) => content.size);

      expect((first ?? 0) / (second ?? 1)).toBeCloseTo(large / small, 2);
      expect((first ?? 0) + (second ?? 0)).toBeCloseTo(1000, -1);
    });
  });

  it('shows the fingerprint in groups, and says what was not checked', async () => {
    await inScene(async ({ desk, report }) => {
      const page = (await report('--key', desk.pub)).replace(/\s+/g, ' ');
      const { stdout } = await desk.runWell(['inspect', desk.path('b.tar'), '-k', desk.pub]);
      const [, groups = ''] = /signed by: +(.*)/.exec(stdout) ?? [];

      expect(page).toContain('Good signature by 1 trusted key');
      for (const group of groups.split(' ')) expect(page).toContain(`<span>${group}</span>`);
      expect(page).toContain('the bytes of the layers');
    });
  });

  it('says on top that nothing is proven when no key was given', async () => {
    await inScene(async ({ report }) => {
      const page = (await report()).replace(/\s+/g, ' ');

      expect(page).toContain('<strong>Not checked.</strong> Nothing on this page is proven.');
      expect(page).not.toContain('Good signature');
    });
  });

  it('says that every byte was read when it comes from verify', async () => {
    await inScene(async ({ desk, bundle }) => {
      await desk.runWell(['verify', bundle, '-k', desk.pub, '--html', desk.path('v.html')]);
      const page = (await readFile(desk.path('v.html'), 'utf8')).replace(/\s+/g, ' ');

      expect(page).toContain('Every byte of the bundle was read and is what was signed.');
      expect(page).not.toContain('the bytes of the layers');
    });
  });

  it('never writes over a file', async () => {
    await inScene(async ({ desk, bundle }) => {
      await writeFile(desk.path('r.html'), 'mine');

      const run = await desk.run(['inspect', bundle, '--html', desk.path('r.html')]);

      expectRefusal(run, { exit: 2, code: 'OUTPUT_EXISTS' });
      expect(await desk.files()).toEqual(['b.tar', 'r.html']);
    });
  });
});

describeWith(['chromium', 'pdftotext'], 'printing a transfer report', () => {
  it('has all of it on paper, with the head of the table on each page', async () => {
    await inScene(async ({ desk, report }) => {
      await report('--key', desk.pub);
      const printed = await runProgram('chromium', [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--no-pdf-header-footer'],
        `--user-data-dir=${desk.path('profile')}`,
        `--print-to-pdf=${desk.path('r.pdf')}`,
        `file://${desk.path('r.html')}`,
      ]);
      expect(printed.code).toBe(0);

      const { stdout } = await runProgram('pdftotext', ['-layout', desk.path('r.pdf'), '-']);

      expect(stdout).toContain('Good signature by 1 trusted key');
      expect(stdout).toContain('<script>alert(1)</script>');
      // The sheet to sign is a page of its own.
      expect(stdout.split('\f').filter((page) => page.includes('Approved by'))).toHaveLength(1);
      expect(stdout.split('\f').find((page) => page.includes('Approved by'))).toMatch(
        /^\s*Handling and approval/,
      );
    });
  });
});
