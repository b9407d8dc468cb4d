/** What the settings are made from: the images as they can be pulled now, and what is known of the site. */
import type { GitlabVersion } from '../facts/gitlab-version.js';

export interface ImportedImage {
  readonly registry: string;
  readonly repository: string;
  readonly tags: readonly string[];
  /** Undefined where only a tag is known. */
  readonly digest?: string | undefined;
  /** The repository that it came from, where that is known: it tells an analyzer that was renamed. */
  readonly source?: string | undefined;
}

export interface SettingsRequest {
  /** All of one registry. */
  readonly images: readonly ImportedImage[];
  /** Of the GitLab that will ask for them. Default: the newest that is known. */
  readonly version?: GitlabVersion | undefined;
  /** The GitLab is in FIPS mode. Default false. */
  readonly fips?: boolean | undefined;
  /** The version of its runner, as `18.5.0`, and the architecture. */
  readonly runner?: { readonly version: string; readonly arch: string } | undefined;
  /** The registry speaks plain http. Default false. */
  readonly plainHttp?: boolean | undefined;
  /** Certificates (PEM) by which nodes shall know the registry. */
  readonly ca?: string | undefined;
}
