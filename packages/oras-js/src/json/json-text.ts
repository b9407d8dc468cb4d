/** A JSON text and how far it has been read: tokens for `strict-json`, which knows the grammar above them. */
import { printable } from '../errors/printable.js';
import { JsonError } from './json-error.js';

// Runs of characters that need no escape, then either the closing quote or one escape.
const plainRun = /[^"\\\u0000-\u001f]*/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const literal = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const plainInteger = /^(?:0|[1-9][0-9]*)$/;
const space = /[ \t\n\r]*/y;

/**
 * Values a text may hold. An empty object takes two bytes here and a hundred in memory. The longest text that is read,
 * of 16 MiB, spends 46 bytes on a value when it is what it should be.
 */
const maxValues = 500_000;

export class JsonText {
  private at = 0;
  private values = 0;
  private readonly text: string;
  private readonly integersOnly: boolean;

  constructor(text: string, integersOnly: boolean) {
    this.text = text;
    this.integersOnly = integersOnly;
    this.match(space);
  }

  peek(): string | undefined {
    return this.text[this.at];
  }

  /** To be called before each value is read. */
  countValue(): void {
    this.values += 1;
    if (this.values > maxValues) throw this.refused(`at most ${maxValues} values`);
  }

  skip(token: string): void {
    if (!this.skipIf(token)) throw this.refused(`"${token}"`);
  }

  skipIf(token: string): boolean {
    if (this.text[this.at] !== token) return false;
    this.at += 1;
    this.match(space);
    return true;
  }

  readString(): string {
    const start = this.at;
    if (this.text[this.at] !== '"') throw this.refused('a string');
    this.at += 1;
    this.match(plainRun);
    while (this.text[this.at] !== '"') {
      if (this.match(escape) === '')
        throw this.refused('a string without control characters, closed');
      this.match(plainRun);
    }
    this.at += 1;
    const value = JSON.parse(this.text.slice(start, this.at)) as string;
    // A lone surrogate cannot be written as UTF-8: two texts would become one name.
    if (!isWellFormed(value)) throw this.refused('whole characters, not half of a surrogate pair');
    this.match(space);
    return value;
  }

  readLiteral(): null | boolean | number {
    const token = this.match(literal);
    if (token === '') throw this.refused('a value');
    const value = JSON.parse(token) as null | boolean | number;
    if (typeof value === 'number') this.checkNumber(token, value);
    this.match(space);
    return value;
  }

  expectEnd(): void {
    if (this.at !== this.text.length) throw this.refused('the end of the document');
  }

  refused(expected: string): JsonError {
    const found =
      this.at < this.text.length
        ? printable(JSON.stringify(this.text.slice(this.at, this.at + 12)))
        : 'the end';
    return new JsonError(`expected ${expected}, found ${found} at character ${this.at}`);
  }

  private checkNumber(token: string, value: number): void {
    if (!Number.isFinite(value)) throw this.refused('a number that fits');
    if (this.integersOnly && !(plainInteger.test(token) && Number.isSafeInteger(value))) {
      throw this.refused(`an integer from 0 to 2^53-1, not ${token.slice(0, 30)}`);
    }
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }
}

function isWellFormed(value: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(value);
}
