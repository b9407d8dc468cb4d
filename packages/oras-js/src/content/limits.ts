/** Every limit on what a registry or a file may make us hold, with its reason. In bytes. */

/** Registries must take manifests of 4 MiB (distribution-spec 1.1) and common ones take no more. */
export const maxManifestBytes = 4 * 1024 * 1024;

/** Error bodies are for people: 64 KiB is more than anyone reads, and what go-containerregistry reads. */
export const maxErrorBodyBytes = 64 * 1024;

/** Token answers hold one or two JWTs; those with hundreds of scopes stay below this. */
export const maxTokenBodyBytes = 1024 * 1024;

/** One page of a tag list: 1 000 tags of 128 characters and their quotes, four times over. */
export const maxPageBytes = 512 * 1024;
