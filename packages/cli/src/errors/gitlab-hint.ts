/** What to do about a refusal when it is a GitLab that refused; the error itself stays as it is. */
import { explainRefusal, isGitlabLogin, wantedAccess } from '@sallyport/gitlab';
import { causeChain, CodedError, RegistryError } from 'oras-js';

/** @returns Undefined when no GitLab is seen in it, or when the error says something else by now. */
export function gitlabHint(error: CodedError, now: Date): string | undefined {
  const refusal = refusalBehind(error);
  const login = refusal?.login;
  if (refusal === undefined || login === undefined || !isGitlabLogin(login)) return undefined;
  const { code, status, serverCode, serverTimeMs } = refusal;
  return explainRefusal({
    code,
    status,
    serverCode,
    isTokenService: login.isTokenService,
    account: login.account,
    wanted: wantedAccess(login.scope),
    complaint: login.complaint,
    clockAheadMs: serverTimeMs === undefined ? undefined : serverTimeMs - now.getTime(),
  });
}

/** Whoever gave the error another code on the way knew more than its cause, and has a hint of its own. */
function refusalBehind(error: CodedError): RegistryError | undefined {
  for (const cause of causeChain(error)) {
    if (cause instanceof RegistryError) return isKept(error, cause) ? cause : undefined;
  }
  return undefined;
}

function isKept({ code }: CodedError, cause: RegistryError): boolean {
  return code === cause.code || code === 'CONTENT_NOT_FOUND';
}
