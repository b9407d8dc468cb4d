/**
 * The `oci-layout` file, which says that a folder is an image layout and of which version.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#oci-layout-file
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JsonError } from '../json/json-error.js';
import { objectAt } from '../json/json-fields.js';
import { parseStrictJson } from '../json/strict-json.js';
import { writeDurably } from './durable-file.js';
import { StorageError, systemErrorCode } from './storage-error.js';

const version = '1.0.0';

/** Writes the marker where there is none. @throws StorageError `LAYOUT_INVALID` for another version. */
export async function prepareLayout(folder: string, stagingFolder: string): Promise<void> {
  const file = join(folder, 'oci-layout');
  let found: Buffer;
  try {
    found = await readFile(file);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    await writeDurably(stagingFolder, file, (staged) =>
      staged.writeFile(JSON.stringify({ imageLayoutVersion: version })),
    );
    return;
  }
  checkMarker(found, file);
}

function checkMarker(bytes: Uint8Array, file: string): void {
  let found: string;
  try {
    const fields = objectAt(parseStrictJson(bytes), 'the file');
    if (fields['imageLayoutVersion'] === version) return;
    found = JSON.stringify(fields['imageLayoutVersion'] ?? null).slice(0, 60);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    found = error.message;
  }
  throw new StorageError(
    'LAYOUT_INVALID',
    `expected imageLayoutVersion ${version} in ${file}, found ${found}`,
    { hint: 'choose an empty folder or one that holds an OCI image layout' },
  );
}
