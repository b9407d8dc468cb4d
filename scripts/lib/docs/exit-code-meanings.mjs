/** What each exit code tells a person, and what a CI job does about it; by the names of `exitCodes`. */

const onlyAfterAChange = 'never retry';

/** @type {Record<string, { means: string, job: string }>} */
export const exitCodeMeanings = {
  done: { means: 'done', job: 'go on' },
  bug: {
    means: 'a bug in sallyport; please report it with its stack trace',
    job: onlyAfterAChange,
  },
  usage: { means: 'wrong usage or configuration', job: onlyAfterAChange },
  nothingToDo: {
    means: 'nothing to do: this bundle was imported already',
    job: '`allow_failure:exit_codes`',
  },
  mayPass: {
    means: 'network or registry trouble that may pass; the same command can be run again',
    job: '`retry:exit_codes`',
  },
  rateLimited: {
    means: 'the registry limits how often it may be asked',
    job: '`retry:exit_codes`; `allow_failure:exit_codes` for a nightly job that may miss a night',
  },
  integrity: { means: 'integrity: bytes are not what the list says', job: onlyAfterAChange },
  trust: { means: 'trust: signature, key, expiry, rollback, policy', job: onlyAfterAChange },
  unauthorized: { means: 'authentication failed', job: onlyAfterAChange },
  refused: {
    means: 'authenticated, but refused: scope, protected or immutable tag, quota',
    job: onlyAfterAChange,
  },
  notFound: {
    means: 'not found: image, platform, repository, project, base bundle, assumed blob',
    job: onlyAfterAChange,
  },
  disk: { means: 'disk: full, unwritable, unreadable', job: onlyAfterAChange },
  interrupted: { means: 'stopped by Ctrl-C', job: 'the job was cancelled' },
  terminated: { means: 'stopped by SIGTERM', job: 'the job was cancelled, or its time was up' },
};
