/** The names that image archives hold, all of them: OCI layouts, `docker save` old and new, `skopeo`, `podman`. */

const hex = '[a-f0-9]{64}';

const fileForms = [
  /^(?:oci-layout|index\.json|manifest\.json|repositories)$/,
  new RegExp(`^blobs/sha256/${hex}$`),
  new RegExp(`^${hex}\\.(?:tar|json)$`),
  new RegExp(`^${hex}/(?:layer\\.tar|VERSION|json)$`),
];
const folderForm = new RegExp(`^(?:|blobs|blobs/sha256|${hex})$`);
const oldLayerForm = new RegExp(`^${hex}/layer\\.tar$`);

/** `tar -C folder .` writes `./` before each name. */
export function plainName(name: string): string {
  return name.replace(/^\.(?:\/|$)/, '').replace(/\/$/, '');
}

export function isFileName(name: string): boolean {
  return fileForms.some((form) => form.test(name));
}

export function isFolderName(name: string): boolean {
  return folderForm.test(name);
}

/** Where `docker save` and `skopeo` put links to a layer that stands elsewhere; they are never followed. */
export function isLinkName(name: string): boolean {
  return oldLayerForm.test(name);
}
