/** How a node with containerd finds the registry and knows its certificate. */
import { quoted } from './image-name.js';
import { addressOf, containerdFolder, registryOf } from './registry-address.js';
import type { Section, Snippet } from './section.js';
import type { SettingsRequest } from './settings-request.js';

const hostsFolder = '/etc/containerd/certs.d';

export function containerdSection(request: SettingsRequest): Section {
  const registry = registryOf(request.images);
  return {
    id: 'containerd',
    title: 'Nodes with containerd',
    notes: [
      'what is below that folder is read at each pull; only a change of config.toml needs a restart of containerd',
      ...(request.plainHttp === true
        ? ['plain http: whoever is on the way can read and change what is pulled by tag']
        : []),
    ],
    snippets: [
      {
        file: 'hosts.toml',
        syntax: 'toml',
        where: `${hostsFolder}/${containerdFolder(registry)}/hosts.toml on each node`,
        text: hostsFile(registry, request),
      },
      ...certificate(registry, request),
      config('containerd-2.toml', 3, 'io.containerd.cri.v1.images', 'containerd 2.x'),
      config('containerd-1.toml', 2, 'io.containerd.grpc.v1.cri', 'containerd 1.x'),
    ],
  };
}

/** Points containerd at the registry, and at nothing behind it. */
export function hostsFile(registry: string, request: SettingsRequest): string {
  return [
    `server = ${quoted(addressOf(registry, request))}`,
    'capabilities = ["pull", "resolve"]',
    ...(request.ca === undefined || request.plainHttp === true
      ? []
      : [`ca = ${quoted(`${hostsFolder}/${containerdFolder(registry)}/ca.crt`)}`]),
  ].join('\n');
}

function certificate(registry: string, { ca, plainHttp }: SettingsRequest): readonly Snippet[] {
  if (ca === undefined || plainHttp === true) return [];
  const where = `${hostsFolder}/${containerdFolder(registry)}/ca.crt on each node`;
  return [{ file: 'ca.crt', syntax: 'pem', where, text: ca.trimEnd() }];
}

function config(file: string, version: number, plugin: string, of: string): Snippet {
  return {
    file,
    syntax: 'toml',
    where: `/etc/containerd/config.toml of ${of}, where config_path is not set yet`,
    text: [
      `version = ${version}`,
      '',
      `[plugins.${quoted(plugin)}.registry]`,
      `  config_path = ${quoted(hostsFolder)}`,
    ].join('\n'),
  };
}
