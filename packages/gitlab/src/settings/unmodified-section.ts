/** Templates that stay as they are: nodes that ask the local registry wherever registry.gitlab.com is named. */
import type { GitlabFacts } from '../facts/gitlab-facts.js';
import type { Analyzer } from './analyzer.js';
import { hostsFile } from './containerd-section.js';
import { registryOf } from './registry-address.js';
import type { Section } from './section.js';
import type { SettingsRequest } from './settings-request.js';

/** Undefined when no analyzer has kept its path; nodes ask for that very path. */
export function unmodifiedSection(
  analyzers: readonly Analyzer[],
  request: SettingsRequest,
  { registry: home, namespace }: GitlabFacts,
): Section | undefined {
  const kept = analyzers.filter(
    ({ image, facts }) => image.repository === `${namespace}/${facts.name}`,
  );
  if (kept.length === 0) return undefined;
  return {
    id: 'unmodified-templates',
    title: 'In place of all settings in GitLab: nodes that look here for registry.gitlab.com',
    notes: [
      `works because ${kept.map(({ facts }) => facts.name).join(', ')} kept the path ${namespace}/; everything else at ${home} can no longer be pulled on these nodes`,
      `credentials are looked up under ${home}, so a registry that asks for some needs a pull secret for that name`,
    ],
    snippets: [
      {
        file: 'hosts-unmodified.toml',
        syntax: 'toml',
        where: `/etc/containerd/certs.d/${home}/hosts.toml on each node`,
        text: hostsFile(registryOf(request.images), request),
      },
    ],
  };
}
