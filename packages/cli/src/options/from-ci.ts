/**
 * `--from-ci`: the images that a CI file asks for, read from it and from what it includes of its own repository.
 *
 * Connects to nothing. A path that leads out of the repository, by `..` or by a
 * link, is not followed.
 */
import {
  maxYamlBytes,
  pipelineImages,
  type PipelineImages,
  type PipelineRequest,
  type ReadLocal,
} from '@sallyport/gitlab';
import { lstat, open, realpath } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { dirname, join, sep } from 'node:path';
import { JsonError } from 'oras-js';
import { UsageError } from '../errors/usage-error.js';

export interface FromCiFlags {
  readonly fromCi?: string;
}

export function addFromCiOption(command: Command): Command {
  return command.addOption(
    new Option('--from-ci <file>', 'the images that this .gitlab-ci.yml asks for'),
  );
}

/** @throws UsageError for a file that cannot be read, is no CI file, or asks for no image. */
export async function imagesFromCi(
  file: string,
  request: PipelineRequest,
): Promise<PipelineImages> {
  const text = await readText(file);
  if (text === undefined) {
    throw new UsageError(`expected a CI file of at most ${maxYamlBytes} bytes at ${file}`, {
      hint: 'name the .gitlab-ci.yml of a project',
    });
  }
  const found = await parsed(text, await localReader(file), request, file);
  if (found.images.length > 0) return found;
  throw new UsageError(
    [`expected an image or a scan template in ${file}, found none`, ...found.notes].join('; '),
    {
      hint:
        found.templates.length === 0
          ? 'a pipeline with DAST has: include: [{ template: DAST.gitlab-ci.yml }]'
          : 'correct in the file what the message names, or name the images yourself',
    },
  );
}

async function parsed(
  text: string,
  readLocal: ReadLocal,
  request: PipelineRequest,
  file: string,
): Promise<PipelineImages> {
  try {
    return await pipelineImages(text, readLocal, request);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new UsageError(`${file} or a file that it includes: ${cause.message}`, {
      cause,
      hint: 'name the .gitlab-ci.yml of a project',
    });
  }
}

async function localReader(file: string): Promise<ReadLocal> {
  const root = await repositoryRoot(await realpath(file));
  return async (path) => {
    const real = await realpath(join(root, path)).catch(() => undefined);
    if (real?.startsWith(root.endsWith(sep) ? root : root + sep) !== true) return undefined;
    return readText(real);
  };
}

/** The nearest folder above that is a checkout, else the folder of the file. */
async function repositoryRoot(file: string): Promise<string> {
  let folder = dirname(file);
  while ((await lstat(join(folder, '.git')).catch(() => undefined)) === undefined) {
    const parent = dirname(folder);
    if (parent === folder) return dirname(file);
    folder = parent;
  }
  return folder;
}

/** Undefined for what is no file, cannot be read, or is too large. */
async function readText(file: string): Promise<string | undefined> {
  try {
    // A pipe would wait for somebody to write into it.
    if (!(await lstat(await realpath(file))).isFile()) return undefined;
    await using handle = await open(file, 'r');
    if ((await handle.stat()).size > maxYamlBytes) return undefined;
    return await handle.readFile('utf8');
  } catch {
    return undefined;
  }
}
