// The compiler never deletes output whose source is gone, and jest would still run it.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../packages/', import.meta.url));
const all = process.argv.includes('--all');

for (const name of readdirSync(packages)) {
  const dist = join(packages, name, 'dist');
  for (const made of all ? ['dist', 'bundled'] : [])
    rmSync(join(packages, name, made), { recursive: true, force: true });
  if (!existsSync(dist)) continue;
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const stem = /^(.*)\.(?:js|d\.ts)(?:\.map)?$/.exec(file)?.[1];
    if (stem === undefined) continue;
    if (!existsSync(join(packages, name, 'src', `${stem}.ts`))) rmSync(join(dist, file));
  }
}
