/** Refused before any right was looked at: by the service that gives the tokens. */
import { imagePathProblem, listedProjects } from './image-path.js';
import { jobAccount } from './job-token.js';
import type { RefusalRule } from './refusal.js';

export const wrongCredentials: RefusalRule = ({ isTokenService, status, account }) => {
  if (!isTokenService || status !== 401) return undefined;
  if (account === jobAccount) {
    return 'GitLab does not know this job token: it ends with its job, so take that of the job that runs now';
  }
  return (
    'GitLab does not take this user name and password: a token may have expired or be revoked, it needs the scope ' +
    'read_registry (write_registry too for an import), and with two-factor authentication only a token is taken; ' +
    'for a public image log out, because wrong credentials are refused even there'
  );
};

/** GitLab says nothing but 403 then, and not in the form in which its registry refuses. */
export const banned: RefusalRule = ({ isTokenService, status, serverCode }) =>
  isTokenService && status === 403 && serverCode === undefined
    ? 'GitLab lets nobody in from this address for a while after too many failed logins: correct the credentials, ' +
      'wait 15 minutes, and check that no proxy takes the Authorization header away before /jwt/auth'
    : undefined;

export const nobodyLoggedIn: RefusalRule = ({ isTokenService, status, account, wanted }) => {
  if (!isTokenService || status !== 403 || account !== undefined) return undefined;
  const where = wanted === undefined ? '' : ` ${listedProjects(wanted.repository)}`;
  const problem = wanted === undefined ? undefined : imagePathProblem(wanted.repository);
  const name = wanted?.isPush === true ? 'write_registry' : 'read_registry';
  return (
    problem ??
    `log in with a token that has the scope ${name}: without a login GitLab gives only what is public, and the project${where} is private or is not there`
  );
};

/** A limit of the namespace or of the whole instance; its own words stand in the error. */
export const noTokenForThis: RefusalRule = ({ isTokenService, status }) =>
  isTokenService && status === 403
    ? 'GitLab gives no token for this: its own words say why, for example a storage limit of the namespace or maintenance; ask its administrator'
    : undefined;
