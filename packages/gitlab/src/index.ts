/** The public face of what is known about GitLab: what is not named here cannot be imported. */
export { factsDate, knownFacts } from './facts/known-facts.js';
export { formatVersion, parseGitlabVersion, type GitlabVersion } from './facts/gitlab-version.js';
export { GitlabError, type GitlabErrorCode } from './gitlab-error.js';
export { carriedWarnings, type CarriedImage } from './images/carried-images.js';
export { defaultPreset, parsePreset } from './images/preset.js';
export { runnerHelperImage } from './images/runner-helper.js';
export { scannerNames } from './images/scanners.js';
export { analyzerTags, siblingTags, type SiblingTags } from './images/sibling-tags.js';
export {
  versionNotes,
  wantedImages,
  type ImageRequest,
  type WantedImage,
  type WantedImages,
} from './images/wanted-images.js';
export type { Section, SectionId, Snippet } from './settings/section.js';
export type { ImportedImage, SettingsRequest } from './settings/settings-request.js';
export { gitlabSections, settingsSections } from './settings/settings-sections.js';
export { gitlabSettings, settingsText, snippetFile } from './settings/settings-text.js';
export type { ReadLocal } from './pipeline/load-pipeline.js';
export {
  pipelineImages,
  type PipelineImage,
  type PipelineImages,
  type PipelineRequest,
} from './pipeline/pipeline-images.js';
export { maxYamlBytes } from './pipeline/limits.js';
export { explainRefusal } from './refusals/explain-refusal.js';
export { isGitlabLogin } from './refusals/gitlab-realm.js';
export { imagePathProblem, possibleProjects } from './refusals/image-path.js';
export { wantedAccess, type Refusal, type WantedAccess } from './refusals/refusal.js';
