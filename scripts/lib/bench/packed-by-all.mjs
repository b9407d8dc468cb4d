/** The same image as a file of Sallyport's and of each peer, made once for the cases that read it. */
import { existsSync } from 'node:fs';

/** @param {string} name Of the image, where it is another one than the large one. */
export async function packedByAll({ carry, source, peers }, name = 'packed') {
  const bundle = carry.file(`${name}.sallyport.tar`);
  if (!existsSync(bundle)) await carry.export(source, bundle);
  const packed = [];
  for (const peer of peers) {
    const file = carry.file(`${name}.${peer.name}.tar`);
    if (!existsSync(file)) {
      const { code, errors } = await carry.pack(peer, source, file);
      if (code !== 0) throw new Error(`${peer.label}\n${errors}`);
    }
    packed.push({ peer, file });
  }
  return { bundle, packed };
}
