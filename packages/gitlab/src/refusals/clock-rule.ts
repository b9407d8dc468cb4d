/** Tokens say from when to when they are good, so clocks that disagree make good tokens bad. */
import type { RefusalRule } from './refusal.js';

/** GitLab's tokens are good five seconds before they are made; more than a minute is nobody's delay on the way. */
const mostAheadMs = 60_000;

export const wrongClock: RefusalRule = ({
  status,
  isTokenService,
  complaint,
  clockAheadMs = 0,
}) => {
  const isOff = Math.abs(clockAheadMs) > mostAheadMs;
  if (isTokenService || status !== 401) return undefined;
  if (complaint !== 'invalid_token' && !isOff) return undefined;
  const seconds = Math.round(Math.abs(clockAheadMs) / 1000);
  const seen = isOff
    ? `, whose clock is ${seconds} s ${clockAheadMs > 0 ? 'ahead of' : 'behind'} that of this computer`
    : '';
  return (
    `the registry${seen} does not take a token that GitLab has just given: compare the clocks of this computer, of ` +
    'GitLab and of its registry with NTP; if they agree, GitLab and its registry have certificates that do not belong together'
  );
};
