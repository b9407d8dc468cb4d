/** How a Docker host knows the certificate of the registry, or may do without. */
import { registryOf } from './registry-address.js';
import type { Section } from './section.js';
import type { SettingsRequest } from './settings-request.js';

export function dockerSection({ images, plainHttp, ca }: SettingsRequest): Section {
  const registry = registryOf(images);
  const base = { id: 'docker', title: 'Docker hosts of runners' } as const;
  if (plainHttp === true) {
    return {
      ...base,
      notes: ['Docker has to be started again after this change'],
      snippets: [
        {
          file: 'daemon.json',
          syntax: 'json',
          where: '/etc/docker/daemon.json on each host, beside what stands there',
          text: JSON.stringify({ 'insecure-registries': [registry] }, null, 2),
        },
      ],
    };
  }
  const place = `/etc/docker/certs.d/${registry}/ca.crt`;
  return {
    ...base,
    notes: [
      ca === undefined
        ? `where the certificate of the registry is not signed by a public authority, its authority goes to ${place}; give it with --ca-file to have it written here`
        : `the same ca.crt as for containerd goes to ${place}`,
      'this is trust for pulling the image, which no CI/CD variable gives; the DAST analyzer itself takes no ADDITIONAL_CA_CERT_BUNDLE',
    ],
    snippets: [],
  };
}
