/** Every byte of a bundle proven, nothing sent: `sallyport verify` beside a bare SHA-256 of the file. */
import { existsSync } from 'node:fs';
import { missingPrograms } from '../lib/install-programs.mjs';
import { sallyportProgram } from '../lib/sallyport.mjs';

export const title = 'verify: every byte proven';

export async function prepare({ carry, image, source }) {
  const bundle = carry.file('packed.sallyport.tar');
  if (!existsSync(bundle)) await carry.export(source, bundle);
  const onOneCore = (program, ...args) => carry.program('taskset', ['-c', '0', program, ...args]);
  const verify = [sallyportProgram, 'verify', bundle, '--key', carry.key];
  const pinned = [
    { name: 'sallyport verify, one core', run: () => onOneCore(process.execPath, ...verify) },
    { name: 'openssl dgst, one core', run: () => onOneCore('openssl', 'dgst', '-sha256', bundle) },
  ];
  return {
    bytes: image.bytes,
    contenders: [
      { name: 'sallyport verify', run: () => carry.verify(bundle) },
      { name: 'openssl dgst of the bundle', run: () => carry.digest(bundle) },
      ...(missingPrograms(['taskset']).length === 0 ? pinned : []),
    ],
  };
}
