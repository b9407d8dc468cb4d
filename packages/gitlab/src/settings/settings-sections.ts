/**
 * Everything to set after an import, in the order of the work: GitLab, runners, nodes. Nothing is asked of a GitLab.
 *
 * All images have to be of one registry; the caller sees to that.
 */
import type { GitlabFacts } from '../facts/gitlab-facts.js';
import { knownFacts } from '../facts/known-facts.js';
import { analyzersAmong } from './analyzer.js';
import { containerdSection } from './containerd-section.js';
import { credentialsSection } from './credentials-section.js';
import { dockerSection } from './docker-section.js';
import { helperSection } from './helper-section.js';
import { imageSection } from './image-section.js';
import { jobTokenSection } from './job-token-section.js';
import { prefixSection } from './prefix-section.js';
import { referencesSection } from './references-section.js';
import { runnerSection } from './runner-section.js';
import type { Section } from './section.js';
import type { SettingsRequest } from './settings-request.js';
import { staleSection } from './stale-section.js';
import { unmodifiedSection } from './unmodified-section.js';
import { versionSection } from './version-section.js';

/** @throws GitlabError `GITLAB_VERSION_INVALID` for a version of a runner that is none. */
export function settingsSections(
  request: SettingsRequest,
  facts: GitlabFacts = knownFacts,
): readonly Section[] {
  return [
    referencesSection(request),
    ...gitlabSections(request, facts),
    runnerSection(request),
    containerdSection(request),
    dockerSection(request),
    unmodifiedSection(analyzersAmong(request.images, facts), request, facts),
    credentialsSection(request),
    jobTokenSection(),
    helperSection(request),
    staleSection(request),
  ].filter((section) => section !== undefined);
}

/** The short form: only what goes into GitLab itself. Empty when no analyzer is among the images. */
export function gitlabSections(
  request: SettingsRequest,
  facts: GitlabFacts = knownFacts,
): readonly Section[] {
  const analyzers = analyzersAmong(request.images, facts);
  return [
    prefixSection(analyzers),
    imageSection(analyzers),
    versionSection(analyzers, request, facts),
  ].filter((section) => section !== undefined);
}
