/** A way of carrying an image to a file or a folder, which is there only while it is measured. */
import { rmSync } from 'node:fs';

/** @param {(place: string) => Promise<object>} run */
export function intoPlace(name, place, run) {
  const remove = () => rmSync(place, { recursive: true, force: true });
  return { name, before: remove, run: () => run(place), after: remove };
}
