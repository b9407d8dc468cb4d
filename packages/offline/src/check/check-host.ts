/** What can be said of each host that was talked to: how it is protected, and what time it has. */
import { CheckError } from './check-error.js';
import { fail, ok, unknown, warn, type CheckAnswer } from './check-line.js';
import type { SeenHost } from './exchanges.js';

/** A certificate that ends sooner will end before somebody has got another one. */
const soonDays = 14;
const dayMs = 86_400_000;
/** Tokens are good for minutes: what differs by half of one is worth a look, by five it will fail. */
const warnAheadMs = 30_000;
const failAheadMs = 300_000;

export function checkTls(host: SeenHost, now: Date): CheckAnswer {
  const { tls, scheme, isReached } = host;
  if (scheme === 'http') {
    return isLoopbackName(host.origin)
      ? ok('plain http, which does not leave this computer')
      : warn(
          'plain http: what is said can be read and changed on the way, passwords too',
          'put TLS in front of it',
        );
  }
  if (tls === undefined) return unknown(isReached ? 'not seen' : 'no connection came about');
  const days = Math.floor((tls.validToMs - now.getTime()) / dayMs);
  const found = `${tls.protocol}, certificate by ${tls.issuer}, ${days} days left`;
  if (!tls.isTrusted)
    return warn(`${found}, NOT checked`, 'give the certificate of its authority with --ca-file');
  return days < soonDays ? warn(found, 'have the certificate renewed') : ok(found);
}

export function checkClock({ host, clockAheadMs }: SeenHost): CheckAnswer {
  if (clockAheadMs === undefined) return unknown('it does not tell the time');
  const offMs = Math.abs(clockAheadMs);
  const found = `${Math.round(offMs / 1000)} s ${clockAheadMs >= 0 ? 'ahead of' : 'behind'} this computer`;
  const why =
    'tokens, certificates and the dates of bundles are judged by it: set both clocks by NTP';
  if (offMs > failAheadMs) {
    const error = new CheckError(
      'CHECK_CLOCK_OFF',
      `expected the clock of ${host} within ${failAheadMs / 60_000} minutes of this one, found it ${found}`,
    );
    return fail(error, why);
  }
  return offMs > warnAheadMs ? warn(found, why) : ok(offMs === 0 ? 'agrees' : found);
}

function isLoopbackName(origin: string): boolean {
  const { hostname } = new URL(origin);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
