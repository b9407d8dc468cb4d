/**
 * One self-contained page: nothing is loaded from elsewhere and nothing runs.
 *
 * The policy in its head has a browser refuse what the page does not have
 * anyway, should an escape ever be missing.
 */
import { html, type Markup, type Shown } from './html.js';
import { pageStyle } from './page-style.js';

export function page(title: string, body: Shown): string {
  const { text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${pageStyle}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `;
  return text;
}

export function section(title: string, ...body: readonly Shown[]): Markup {
  return html`<section>
    <h2>${title}</h2>
    ${body}
  </section> `;
}

/** Names and values, one pair a row; pairs without a value are left out. */
export function facts(pairs: readonly (readonly [name: string, value: Shown])[]): Markup {
  const shown = pairs.filter(([, value]) => value !== undefined);
  return html`<dl>
    ${shown.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd> `,
    )}
  </dl>`;
}

/** @param columns Names; one that begins with `#` is a column of numbers, one with `=` of hashes. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly Shown[])[],
  style = '',
): Markup {
  const kind = (at: number): string => kinds[columns[at]?.[0] ?? ''] ?? '';
  const name = (column: string): string => column.replace(/^[#=]/, '');
  return html`<table class="${style}">
    <thead>
      <tr>
        ${columns.map(
          (column, at) => html`<th class="${kind(at)}" scope="col">${name(column)}</th>`,
        )}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (cells) =>
          html`<tr>
            ${cells.map((cell, at) => html`<td class="${kind(at)}">${cell}</td>`)}
          </tr> `,
      )}
    </tbody>
  </table>`;
}

const kinds: Readonly<Record<string, string>> = { '#': 'number', '=': 'hash' };

/** Hex digits in groups of four, eight a row, to compare by eye or on the phone. */
export function grouped(hex: string): Markup {
  const groups = hex.match(/.{1,4}/g) ?? [];
  return html`<div class="groups hash">
    ${groups.map((group) => html`<span>${group}</span> `)}
  </div>`;
}

/** `2026-11-22 21:36:45 UTC` from `2026-11-22T21:36:45Z`. */
export function readableTime(time: string): string {
  return time.replace('T', ' ').replace('Z', ' UTC');
}
