/**
 * Who pulls: the identities that a GitLab runner can have, from the variables of a job or a file.
 *
 * A secret is never an argument, and goes to the registry of its GitLab alone.
 */
import { Option } from 'commander';
import { dockerCredentials, type CredentialSource } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';

const identities = ['job-token', 'deploy-token', 'anonymous', 'docker-config'] as const;

export type Identity = (typeof identities)[number];

export function identityOption(flags: string, description: string): Option {
  return new Option(flags, description).choices(identities);
}

/** What a runner has without being told: the token of its job, and elsewhere what Docker keeps. */
export function usualIdentity({ env }: Pick<CliContext, 'env'>): Identity {
  return (env['CI_JOB_TOKEN'] ?? '') === '' ? 'docker-config' : 'job-token';
}

/**
 * @param configFile Of `docker-config`. Default: where Docker and Podman keep theirs.
 * @throws UsageError for a variable that is not set; the source, for a registry that the secret does not belong to.
 */
export function credentialsOf(
  identity: Identity,
  configFile: string | undefined,
  { env, homeDirectory }: Pick<CliContext, 'env' | 'homeDirectory'>,
): CredentialSource {
  switch (identity) {
    case 'anonymous':
      return () => Promise.resolve(undefined);
    case 'docker-config':
      // Of a job, the variables for its own registry are another identity, and stand before the usual files.
      return dockerCredentials({
        env: { ...env, CI_REGISTRY: undefined },
        homeDirectory,
        configFile,
      });
    case 'job-token':
      return fromJob('gitlab-ci-token', required(env, 'CI_JOB_TOKEN', identity), env);
    case 'deploy-token':
      return fromJob(
        required(env, 'CI_DEPLOY_USER', identity),
        required(env, 'CI_DEPLOY_PASSWORD', identity),
        env,
      );
  }
}

function fromJob(username: string, password: string, env: CliContext['env']): CredentialSource {
  const home = (env['CI_REGISTRY'] ?? '').toLowerCase();
  return (host) => {
    if (home === '' || host.toLowerCase() === home) return Promise.resolve({ username, password });
    return Promise.reject(
      new UsageError(`expected images of ${home}, where the token belongs, found ${host}`, {
        hint: 'for images elsewhere choose --as anonymous, or --as docker-config with --docker-config FILE',
      }),
    );
  };
}

function required(env: CliContext['env'], name: string, identity: Identity): string {
  const value = env[name] ?? '';
  if (value !== '') return value;
  throw new UsageError(`expected the variable ${name} for the identity ${identity}, found none`, {
    hint: 'run it in a GitLab job, or choose another identity',
  });
}
