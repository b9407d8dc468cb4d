/** What the checks before the work found: a line for each, and the hosts that a firewall has to let through. */
import type { CheckLine, CheckReport, SeenHost } from '@sallyport/offline';

export function checkJson(target: object, { lines, hosts }: CheckReport): object {
  return {
    ...target,
    isReady: lines.every(({ state }) => state !== 'fail'),
    checks: lines.map(({ check, subject, state, found, hint, error }) => ({
      check,
      subject,
      state,
      found,
      hint: hint ?? null,
      code: error?.code ?? null,
    })),
    hosts: hosts.map(({ host, port, scheme, purposes, proxy, isReached, tls, clockAheadMs }) => ({
      host,
      port,
      scheme,
      purposes,
      proxy: proxy ?? null,
      isReached,
      tls: tls ?? null,
      clockAheadMs: clockAheadMs ?? null,
    })),
  };
}

export function checkLines({ lines, hosts }: CheckReport): readonly string[] {
  const rows = lines.map((line) => [line.state, line.check, line.subject, sentence(line)]);
  const places = hosts.map((host) => [
    host.scheme,
    `${host.host}:${host.port}`,
    host.purposes.map((purpose) => purposeNames[purpose]).join(', '),
    wayTo(host),
  ]);
  return [...table(rows), '', 'hosts to allow:', ...table(places).map((line) => `  ${line}`)];
}

const purposeNames = { registry: 'registry', tokens: 'tokens for logging in', blobs: 'blobs' };

function sentence({ found, hint }: CheckLine): string {
  return hint === undefined ? found : `${found}; ${hint}`;
}

function wayTo({ proxy, isReached }: SeenHost): string {
  const way = proxy === undefined ? '' : `through ${proxy}`;
  return isReached ? way : `${way} NOT REACHED`.trim();
}

/** The last column is not padded. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(0, ...rows.map((row) => (row[at] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => (at === columns - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
