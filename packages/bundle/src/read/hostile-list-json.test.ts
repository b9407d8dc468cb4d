/** Signed lists that are no JSON, or JSON that two readers could read as two lists. */
import { describe, expect, it } from '@jest/globals';
import { handmadeBundle } from '@sallyport/testing';
import { digestOf } from 'oras-js';
import { provePipe } from '../test-bundles/proving.test.js';
import { refusalOfList, refusalOfText } from '../test-bundles/signed-lists.test.js';

describe('reading the type of a signed list', () => {
  it.each([
    ['v2', 'application/vnd.sallyport.bundle.v2+json', 'BUNDLE_TOO_NEW'],
    ['v10', 'application/vnd.sallyport.bundle.v10+json', 'BUNDLE_LIST_INVALID'],
    ['another type', 'application/json', 'BUNDLE_LIST_INVALID'],
  ])('refuses %s', async (_what, type, code) => {
    expect(await refusalOfList((list) => ({ ...list, _type: type }))).toMatch(
      new RegExp(`^${code}:`),
    );
  });

  it.each<readonly [what: string, change: (json: string) => string | Buffer]>([
    ['a byte order mark', (json) => `\ufeff${json}`],
    ['UTF-16', (json) => Buffer.from(json, 'utf16le')],
    ['white space at the start', (json) => ` ${json}`],
    ['another field first', (json) => json.replace('{', '{"channel":"default",')],
    ['nothing', () => ''],
    ['null', () => 'null'],
    ['an array', (json) => `[${json}]`],
  ])('refuses %s by comparing the first bytes', async (_what, change) => {
    expect(await refusalOfText(change)).toMatch(/^BUNDLE_LIST_INVALID.*does not begin/);
  });

  it('says of a feature that it does not have that the bundle is too new', async () => {
    const refusal = await refusalOfList((list) => ({
      ...list,
      requires: ['volumes'],
      volumes: 3,
    }));
    expect(refusal).toMatch(/^BUNDLE_TOO_NEW.*"volumes"/);
  });
});

describe('reading the JSON of a signed list', () => {
  it.each<readonly [what: string, change: (json: string) => string | Buffer]>([
    ['a second document', (json) => `${json}{}`],
    ['a comment', (json) => json.replace('{', '{/* */')],
    ['a trailing comma', (json) => json.replace(/\}$/, ',}')],
    ['single quotes', (json) => json.replace('"kind"', "'kind'")],
    ['NaN', (json) => json.replace(/"sequence":\d+/, '"sequence":NaN')],
    ['a key twice', (json) => json.replace(/\}$/, ',"kind":"full"}')],
    ['a key twice, once escaped', (json) => json.replace(/\}$/, ',"kin\\u0064":"full"}')],
    ['__proto__', (json) => json.replace(/\}$/, ',"__proto__":{"kind":"delta"}}')],
    ['constructor', (json) => json.replace('"annotations":{', '"annotations":{"constructor":"x"')],
    ['prototype', (json) => json.replace(/\}$/, ',"prototype":{}}')],
    [
      'bytes that are no UTF-8',
      (json) => Buffer.from(json.replace('handmade', 'hand\xffmade'), 'latin1'),
    ],
    [
      'half a surrogate pair',
      (json) => json.replace('"annotations":{', '"annotations":{"a":"\\ud800"'),
    ],
    ['a control character', (json) => json.replace('handmade', 'hand\u0007made')],
    ['deep nesting', (json) => json.replace('"requires":[]', `"requires":${'['.repeat(100_000)}`)],
    ['a fraction', (json) => json.replace(/"sequence":\d+/, '"sequence":1.5')],
    ['an exponent', (json) => json.replace(/"sequence":\d+/, '"sequence":1e3')],
    ['a negative number', (json) => json.replace(/"sequence":\d+/, '"sequence":-1')],
    ['minus zero', (json) => json.replace(/"sequence":\d+/, '"sequence":-0')],
    ['a leading zero', (json) => json.replace(/"sequence":\d+/, '"sequence":01')],
    [
      'a number beyond 2^53',
      (json) => json.replace(/"sequence":\d+/, '"sequence":9007199254740992'),
    ],
  ])('refuses %s', async (_what, change) => {
    expect(await refusalOfText(change)).toMatch(/^BUNDLE_LIST_INVALID:/);
  });

  it('does not count white space as another list', async () => {
    const made = await handmadeBundle({
      text: (json) => json.replace(/,/g, ', ').replace(', ', ','),
    });
    await expect(provePipe(made)).resolves.toMatchObject({
      bundle: { digest: digestOf(made.list) },
    });
  });

  it('leaves the prototype of objects alone', async () => {
    await refusalOfText((json) => json.replace(/\}$/, ',"__proto__":{"polluted":true}}'));
    expect({}).not.toHaveProperty('polluted');
  });
});
