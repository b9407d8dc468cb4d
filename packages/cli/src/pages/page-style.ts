/** How the printed pages look: one column of A4, two inks, tables that break between rows only. */
import { Markup } from './html.js';

export const pageStyle = new Markup(`
  :root { --ink: #1c2430; --soft: #5b6675; --line: #d5dae1; --mark: #24476f; --good: #1c6b41; --warn: #8a5200; }
  * { box-sizing: border-box; }
  html { background: #eceff3; }
  body { margin: 2rem auto; max-width: 52rem; padding: 3.5rem 4rem; background: #fff; color: var(--ink);
    font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", "DejaVu Sans", sans-serif; }
  header { border-bottom: 2px solid var(--ink); padding-bottom: 1.6rem; }
  .kind { color: var(--mark); font-weight: 600; letter-spacing: .04em; margin: 0; }
  h1 { font-size: 2rem; line-height: 1.2; font-weight: 650; margin: .3rem 0 .4rem; overflow-wrap: anywhere; }
  h2 { font-size: 1.2rem; font-weight: 650; margin: 2.8rem 0 .9rem; break-after: avoid; }
  h3 { font-size: 1rem; font-weight: 650; margin: 1.8rem 0 .5rem; break-after: avoid; overflow-wrap: anywhere; }
  h4 { font-size: .95rem; font-weight: 600; margin: 1.2rem 0 .2rem; break-after: avoid; }
  p { margin: .5rem 0; }
  .soft, caption { color: var(--soft); }
  code, .hash { font-family: ui-monospace, "Cascadia Mono", "Liberation Mono", "DejaVu Sans Mono", monospace; }
  code { font-size: .8em; overflow-wrap: anywhere; }
  .groups { display: grid; grid-template-columns: repeat(8, max-content); gap: .25rem 1.1rem; margin: .4rem 0 1.4rem; font-size: 1.02rem; }
  .state { border-left: 4px solid var(--good); padding: .1rem 0 .1rem 1.1rem; margin: 1.2rem 0; break-inside: avoid; }
  .state strong { color: var(--good); }
  .state.open { border-color: var(--warn); } .state.open strong { color: var(--warn); }
  dl { display: grid; grid-template-columns: 8.5rem 1fr; gap: .35rem 1.2rem; margin: .2rem 0 1rem; }
  dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
  table { border-collapse: collapse; width: 100%; margin: .6rem 0; font-size: .9rem; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  th, th.hash { font-family: inherit; }
  th { text-align: left; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--ink); padding: .3rem .9rem .3rem 0; vertical-align: bottom; }
  td { border-bottom: 1px solid var(--line); padding: .35rem .9rem .35rem 0; vertical-align: top; overflow-wrap: anywhere; }
  th:last-child, td:last-child { padding-right: 0; }
  .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
  td.hash { font-size: .72rem; white-space: nowrap; vertical-align: middle; }
  .layers td { padding-top: .16rem; padding-bottom: .16rem; }
  .layers th:first-child, .layers td:first-child { width: 3.5rem; } .layers .number:nth-child(2) { width: 6rem; }
  figure { margin: .8rem 0 1rem; break-inside: avoid; }
  figure svg { display: block; width: 100%; height: 2rem; }
  figcaption { color: var(--soft); font-size: .86rem; margin-top: .3rem; }
  ul { margin: .4rem 0; padding-left: 1.2rem; } li { margin: .3rem 0; }
  .form { margin-bottom: 2.2rem; } .form thead { display: none; }
  .form td { height: 2.6rem; vertical-align: bottom; } .form td:first-child { width: 24rem; color: var(--soft); }
  .people td { height: 3rem; vertical-align: bottom; } .people td:first-child { width: 9rem; } .people td:nth-child(3) { width: 9rem; }
  .keep { break-inside: avoid; }
  footer { margin-top: 3rem; padding-top: .8rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .82rem; }
  @page { size: A4; margin: 17mm 18mm 19mm; }
  @media print {
    html { background: none; }
    body { margin: 0; padding: 0; max-width: none; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    h2 { margin-top: 2.2rem; }
    td.hash { font-size: 7.6pt; } td { padding-top: .2rem; padding-bottom: .2rem; }
    .form td:first-child { width: 20rem; }
    .sign { break-before: page; }
  }
`);
