/** Whether tags are protected or immutable there. No registry tells before a tag is written, and nothing is written here. */
import { unknown } from './check-line.js';
import { isGitlab, type Check } from './place.js';

export const checkTagRules: Check = async (place) =>
  unknown(
    'only writing a tag tells whether it is protected or immutable',
    isGitlab(place)
      ? 'look at the protected and immutable container tags in the settings of the project'
      : 'look whether the registry has a rule that keeps tags from being written again',
  );
