/** Several small texts as the files of one new folder. */
import { fillFolder } from '@sallyport/bundle';

/**
 * @param files Name in the folder → text.
 * @throws BundleError `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE` or `OUTPUT_NO_SPACE`; nothing is left then.
 */
export async function writeFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  await fillFolder(folder, async (save) => {
    for (const [name, text] of files) await save(name, once(text));
  });
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
