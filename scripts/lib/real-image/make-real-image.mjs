/**
 * Makes an image with a real root filesystem from Debian packages, without root and without a
 * container engine, as an OCI image layout.
 *
 * The cache folder holds packages, layers and the chosen versions, so a later call changes
 * nothing and needs no network; delete the folder to start from today's versions.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../run-program.mjs';
import { buildLayer } from './build-layer.mjs';
import { downloadPackages, resolvePackages } from './debian-packages.mjs';
import { imageRecipe } from './recipe.mjs';
import { writeLayout } from './write-layout.mjs';

/** What the image is called in the layout; programs name it `oci:FOLDER:TAG`. */
export const realImageTag = 'security-products/dast:6';

/** Programs that must be on PATH. */
export const realImagePrograms = ['apt-get', 'dpkg', 'dpkg-deb', 'tar', 'gzip'];

/**
 * @param {{ cache: string, small?: boolean, nextNight?: boolean }} request
 * @returns {Promise<{ layout: string, digest: string, layers: { name: string, digest: string, size: number }[] }>}
 */
export async function makeRealImage({ cache, small = false, nextNight = false }) {
  const recipe = imageRecipe({ small });
  const night = nextNight ? 'nextNight' : 'firstNight';
  const folder = join(cache, small ? 'small' : 'full');
  const debs = join(cache, 'packages');
  const planned = await planLayers(recipe.layers, folder);
  await downloadPackages(
    planned.flatMap((layer) => layer[night].packages),
    debs,
  );
  const layers = await Promise.all(
    planned.map(async (layer) => ({
      name: layer.name,
      ...(await buildLayer(layer[night], { debs, layers: join(folder, 'layers') })),
    })),
  );
  const layout = join(folder, nextNight ? 'next-night' : 'first-night');
  const debianArchitecture = (await runProgram('dpkg', ['--print-architecture'])).trim();
  const digest = writeLayout(layout, { ...recipe, layers, debianArchitecture, tag: realImageTag });
  return { layout, digest, layers };
}

/**
 * Which packages, in which versions, each layer adds to the ones below it. Both nights are planned
 * at once and kept, so that what they share stays the same when Debian's versions move on.
 */
async function planLayers(layers, folder) {
  const file = join(folder, 'plan.json');
  const wanted = JSON.stringify(layers);
  if (existsSync(file)) {
    const kept = JSON.parse(readFileSync(file, 'utf8'));
    if (kept.wanted === wanted) return kept.planned;
  }
  mkdirSync(folder, { recursive: true });
  const closures = await Promise.all(
    layers.map((_layer, index) => closuresUpTo(layers.slice(0, index + 1), folder)),
  );
  const below = new Set();
  const planned = layers.map(({ name, later = [], files = {}, nextNightFiles }, index) => {
    const isNew = (each) => !below.has(each.name) && !later.includes(each.name);
    const { firstNight, nextNight } = closures[index];
    const packages = firstNight.filter(isNew);
    const nextNightPackages = nextNight.filter(isNew);
    for (const each of packages) below.add(each.name);
    const isBase = index === 0;
    return {
      name,
      firstNight: { packages, files, isBase },
      nextNight: { packages: nextNightPackages, files: nextNightFiles ?? files, isBase },
    };
  });
  writeFileSync(file, JSON.stringify({ wanted, planned }));
  return planned;
}

/** All packages that these layers hold together; the next night's additions only of the top one. */
async function closuresUpTo(layers, folder) {
  const { packages = [], nextNightPackages = [] } = layers.at(-1);
  if (packages.length === 0) return { firstNight: [], nextNight: [] };
  const names = layers.flatMap((layer) => layer.packages ?? []);
  const firstNight = await resolvePackages(names, folder);
  if (nextNightPackages.length === 0) return { firstNight, nextNight: firstNight };
  const nextNight = await resolvePackages([...names, ...nextNightPackages], folder);
  return { firstNight, nextNight };
}
