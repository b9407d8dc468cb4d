/** The public face of what is known about GitLab: what is not named here cannot be imported. */
export { gitlabSettings, type ImportedImage } from './gitlab-settings.js';
export { defaultPreset, presetImages } from './preset-images.js';
