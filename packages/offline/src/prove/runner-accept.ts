/**
 * What the engines behind GitLab's runners ask for when they pull a tag.
 *
 * In this order and with the catch-all at its end: a registry that converts, or that refuses what it
 * does not know, has to do here what it does to them.
 *
 * @see https://github.com/containerd/containerd/blob/v2.0.0/core/remotes/docker/resolver.go
 */
import { mediaTypes } from 'oras-js';

export const runnerAccept: string = [
  mediaTypes.dockerManifest,
  mediaTypes.dockerManifestList,
  mediaTypes.ociManifest,
  mediaTypes.ociIndex,
  '*/*',
].join(', ');
