/** With which right a job pulls: the pull secret, and the order in which a runner looks for credentials. */
import { registryOf } from './registry-address.js';
import { pullSecret } from './runner-section.js';
import type { Section } from './section.js';
import type { SettingsRequest } from './settings-request.js';

export function credentialsSection({ images }: SettingsRequest): Section {
  return {
    id: 'credentials',
    title: 'Credentials for pulling',
    notes: [
      'a runner takes the first that names this registry: DOCKER_AUTH_CONFIG, then the Docker configuration of its host, then what GitLab sends with the job; an old entry in the first two hides the one that works',
      'a deploy token of the project with read_registry is enough; registries that anybody may read need nothing',
    ],
    snippets: [
      {
        file: 'pull-secret.sh',
        syntax: 'shell',
        where:
          'a shell with access to the cluster; put your own names in the place of the capitals',
        text: [
          `kubectl create secret docker-registry ${pullSecret} \\`,
          '  --namespace RUNNER_NAMESPACE \\',
          `  --docker-server='${registryOf(images)}' \\`,
          '  --docker-username=DEPLOY_TOKEN_USER \\',
          '  --docker-password="$(cat DEPLOY_TOKEN_FILE)"',
        ].join('\n'),
      },
    ],
  };
}
