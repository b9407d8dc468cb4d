/** Reads what is known of a template, strictly: a job can only run an image that the facts know. */
import { arrayAt, JsonError, objectAt, stringAt, stringsAt, type JsonValue } from 'oras-js';
import { exactly, factAt, factObject, fitting, isVariable } from './fact-fields.js';
import type { TemplateFact, TemplateJob } from './gitlab-facts.js';

/** @throws JsonError that names the place of what is wrong. */
export function templateAt(
  value: JsonValue,
  where: string,
  images: readonly string[],
): TemplateFact {
  const template = factObject(value, ['names', 'jobs', 'internal'], where);
  const names = stringsAt(template['names'], `${where}.names`);
  const strange = names.find(
    (name) => !/^(?:[A-Z][a-z]+\/)?[A-Za-z0-9.-]+\.gitlab-ci\.yml$/.test(name),
  );
  if (strange !== undefined || names.length === 0)
    throw new JsonError(`expected names of a template at ${where}.names`);
  return {
    names,
    jobs: arrayAt(template['jobs'], `${where}.jobs`).map((job, index) =>
      jobAt(job, `${where}.jobs[${index}]`, images),
    ),
    internal: isInternal(template['internal'], `${where}.internal`),
    ...factAt(template, where),
  };
}

function isInternal(value: JsonValue | undefined, where: string): boolean {
  if (value === undefined || value === true) return value === true;
  throw new JsonError(`expected true at ${where}, or nothing`);
}

function jobAt(value: JsonValue, where: string, images: readonly string[]): TemplateJob {
  const fields = ['name', 'image', 'expression', 'variables', 'jobVariables', 'suffix'];
  const job = exactly(value, fields, where);
  const { suffix } = job;
  const isKnown = (text: string): boolean => images.includes(text);
  return {
    name: stringAt(job['name'], `${where}.name`),
    image: fitting(job['image'], isKnown, 'an image of the facts', `${where}.image`),
    expression: stringAt(job['expression'], `${where}.expression`),
    variables: variablesAt(job['variables'], `${where}.variables`),
    jobVariables: variablesAt(job['jobVariables'], `${where}.jobVariables`),
    ...(suffix === undefined
      ? {}
      : { suffix: fitting(suffix, isVariable, 'a CI/CD variable', `${where}.suffix`) }),
  };
}

function variablesAt(
  value: JsonValue | undefined,
  where: string,
): Readonly<Record<string, string>> {
  const entries = Object.entries(value === undefined ? {} : objectAt(value, where));
  return Object.fromEntries(
    entries.map(([name, text]) => {
      if (!isVariable(name)) throw new JsonError(`expected a CI/CD variable at ${where}`);
      return [name, stringAt(text, `${where}.${name}`)];
    }),
  );
}
