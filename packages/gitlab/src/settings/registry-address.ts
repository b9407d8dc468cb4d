/** The registry as nodes write it: a folder name for containerd, a folder name for Docker, an address. */
import type { ImportedImage, SettingsRequest } from './settings-request.js';

/** `host_port_` where there is a port: containerd looks for that form first, and every file system takes it. */
export function containerdFolder(registry: string): string {
  const port = /^(.*):(\d+)$/.exec(registry);
  return port === null ? registry : `${port[1] ?? ''}_${port[2] ?? ''}_`;
}

export function addressOf(registry: string, { plainHttp = false }: SettingsRequest): string {
  return `${plainHttp ? 'http' : 'https'}://${registry}`;
}

/** The registry of the images; all of them are in one. */
export function registryOf(images: readonly ImportedImage[]): string {
  return images[0]?.registry ?? '';
}
