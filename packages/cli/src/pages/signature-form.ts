/** Empty fields for what only people know: who carried what, on which medium, who looked at it. */
import { html, type Markup } from './html.js';
import { table } from './page.js';

/** @param people Roles that sign, in the order of the way. */
export function signatureForm(people: readonly string[], fields: readonly string[]): Markup {
  return html`<section class="sign">
    <h2>Handling and approval</h2>
    <p class="soft">To be filled in by hand. Nothing here is checked or stored by the program.</p>
    ${table(
      ['', ''],
      fields.map((field) => [field, '']),
      'form',
    )}
    ${table(
      ['Role', 'Name', 'Date and time', 'Signature'],
      people.map((role) => [role, '', '', '']),
      'people keep',
    )}
  </section> `;
}
