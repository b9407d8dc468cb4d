/**
 * HTML in which every value is text unless it was made here.
 *
 * Names and notes in a bundle are somebody else's: markup in them is shown,
 * never followed, and what could move or reorder characters is shown as an escape.
 */
import { printable } from 'oras-js';

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Nothing is shown for undefined; lists are shown one item after the other. */
export type Shown = Markup | string | number | undefined | readonly Shown[];

/** Longer than every text that a person could want to read; annotations have no such limit. */
const maxTextLength = 2000;

export function html(parts: TemplateStringsArray, ...values: readonly Shown[]): Markup {
  const texts = parts.map((part, at) => part + (at < values.length ? show(values[at]) : ''));
  return new Markup(texts.join(''));
}

function show(value: Shown): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? escape(value) : value.map(show).join('');
}

function escape(text: string): string {
  return printable(text, maxTextLength).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
