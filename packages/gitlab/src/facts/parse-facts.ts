/**
 * Reads what is known about GitLab's images, strictly: each statement has its source and its date.
 *
 * Refuses unknown fields, versions out of order, names that are no images, and a
 * fact that nobody could check because nobody says where it stands.
 */
import {
  arrayAt,
  integerAt,
  isRegistryHost,
  isRepository,
  isTag,
  JsonError,
  stringAt,
  stringsAt,
  type JsonValue,
} from 'oras-js';
import { exactly, factAt, factObject, fitting, isVariable, versionAt } from './fact-fields.js';
import type {
  FipsFact,
  GitlabFacts,
  ImageFacts,
  NoteFact,
  PrefixFact,
  RetiredImage,
  RunnerHelperFact,
  TagFact,
} from './gitlab-facts.js';
import { compareVersions } from './gitlab-version.js';
import { templateAt } from './parse-templates.js';

/** @throws JsonError that names the place of what is wrong. */
export function parseFacts(value: JsonValue): GitlabFacts {
  const fields = ['registry', 'namespace', 'home', 'newestMajor', 'rebuilt', 'images'];
  const facts = exactly(
    value,
    [...fields, 'templates', 'endOfSupport', 'runnerHelper'],
    'the facts',
  );
  const images = arrayAt(facts['images'], 'images').map(imageAt);
  const endOfSupport = arrayAt(facts['endOfSupport'], 'endOfSupport').map(retiredAt);
  const names = [...images, ...endOfSupport].map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new JsonError(`expected each image once, found ${twice} twice`);
  const home = factObject(facts['home'], ['from'], 'home');
  const newest = factObject(facts['newestMajor'], ['major'], 'newestMajor');
  return {
    registry: fitting(facts['registry'], isRegistryHost, 'a registry', 'registry'),
    namespace: fitting(facts['namespace'], isRepository, 'a repository path', 'namespace'),
    home: { from: versionAt(home['from'], 'home.from'), ...factAt(home, 'home') },
    newestMajor: {
      major: integerAt(newest['major'], 'newestMajor.major'),
      ...factAt(newest, 'newestMajor'),
    },
    rebuilt: noteAt(facts['rebuilt'], 'rebuilt'),
    images,
    templates: arrayAt(facts['templates'], 'templates').map((template, index) =>
      templateAt(template, `templates[${index}]`, names),
    ),
    endOfSupport,
    runnerHelper: runnerHelperAt(facts['runnerHelper']),
  };
}

function imageAt(value: JsonValue, index: number): ImageFacts {
  const where = `images[${index}]`;
  const fields = ['name', 'scanners', 'tags', 'fips', 'ignoresPrefix', 'notes'];
  const image = exactly(value, fields, where);
  const scanners = stringsAt(image['scanners'], `${where}.scanners`);
  if (scanners.length === 0) throw new JsonError(`expected a scanner at ${where}.scanners`);
  const { fips, ignoresPrefix, notes = [] } = image;
  return {
    name: fitting(image['name'], isRepository, 'an image name', `${where}.name`),
    scanners,
    tags: tagsAt(image['tags'], `${where}.tags`),
    ...(fips === undefined ? {} : { fips: fipsAt(fips, `${where}.fips`) }),
    ...(ignoresPrefix === undefined
      ? {}
      : { ignoresPrefix: prefixAt(ignoresPrefix, `${where}.ignoresPrefix`) }),
    notes: arrayAt(notes, `${where}.notes`).map((note, at) =>
      noteAt(note, `${where}.notes[${at}]`),
    ),
  };
}

/** Each tag holds from its version up to the next one's, so order alone rules out gaps and overlaps. */
function tagsAt(value: JsonValue | undefined, where: string): readonly TagFact[] {
  const tags = arrayAt(value, where).map((item, index): TagFact => {
    const place = `${where}[${index}]`;
    const tag = factObject(item, ['from', 'tag'], place);
    return {
      from: versionAt(tag['from'], `${place}.from`),
      tag: fitting(tag['tag'], isTag, 'a tag', `${place}.tag`),
      ...factAt(tag, place),
    };
  });
  if (tags.length === 0) throw new JsonError(`expected a tag at ${where}, found none`);
  for (const [index, { from, tag }] of tags.entries()) {
    const before = tags[index - 1];
    if (before === undefined) continue;
    if (compareVersions(before.from, from) >= 0)
      throw new JsonError(`expected rising versions at ${where}[${index}].from`);
    if (before.tag === tag) throw new JsonError(`expected another tag at ${where}[${index}].tag`);
  }
  return tags;
}

function fipsAt(value: JsonValue, where: string): FipsFact {
  const fips = factObject(value, ['suffix'], where);
  const suffix = stringAt(fips['suffix'], `${where}.suffix`);
  if (!isTag(`1${suffix}`)) throw new JsonError(`expected the end of a tag at ${where}.suffix`);
  return { suffix, ...factAt(fips, where) };
}

function prefixAt(value: JsonValue, where: string): PrefixFact {
  const prefix = factObject(value, ['variable'], where);
  return {
    variable: fitting(prefix['variable'], isVariable, 'a CI/CD variable', `${where}.variable`),
    ...factAt(prefix, where),
  };
}

function retiredAt(value: JsonValue, index: number): RetiredImage {
  const where = `endOfSupport[${index}]`;
  const image = factObject(value, ['name', 'tag'], where);
  return {
    name: fitting(image['name'], isRepository, 'an image name', `${where}.name`),
    tag: fitting(image['tag'], isTag, 'a tag', `${where}.tag`),
    ...factAt(image, where),
  };
}

function runnerHelperAt(value: JsonValue | undefined): RunnerHelperFact {
  const where = 'runnerHelper';
  const helper = factObject(value, ['repository', 'fipsFlavor'], where);
  return {
    repository: fitting(helper['repository'], isRepository, 'a repository', `${where}.repository`),
    fipsFlavor: fitting(helper['fipsFlavor'], isTag, 'a flavor', `${where}.fipsFlavor`),
    ...factAt(helper, where),
  };
}

function noteAt(value: JsonValue | undefined, where: string): NoteFact {
  const note = factObject(value, ['text'], where);
  return { text: stringAt(note['text'], `${where}.text`), ...factAt(note, where) };
}
