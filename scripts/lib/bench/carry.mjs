/** What every case is made of: Sallyport, the peers and openssl, each as a measured process. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { measureRun } from '../measure-run.mjs';
import { sallyportIn } from '../sallyport.mjs';

export class Carry {
  /** @param {string} folder Holds the keys, the files, and the home of the peers. */
  constructor(folder) {
    this.folder = folder;
    this.sallyport = sallyportIn(folder);
    this.key = join(folder, 'bundle.pub');
  }

  file(name) {
    return join(this.folder, name);
  }

  export(images, file, ...flags) {
    return this.exportWith('bundle.key', images, file, ...flags);
  }

  /** @param {string} key In the folder: the unlocking of an encrypted one is a tenth of some exports. */
  exportWith(key, images, file, ...flags) {
    return this.sallyport(
      ...['export', ...[images].flat(), '--output', file, '--key', key, '--fresh'],
      ...flags,
    );
  }

  /** With a home of its own each time: what was imported once is not imported again. */
  import(file, place, ...flags) {
    const sallyport = sallyportIn(mkdtempSync(join(this.folder, 'home-')));
    return sallyport('import', file, place, '--key', this.key, ...flags);
  }

  verify(file) {
    return this.sallyport('verify', file, '--key', this.key);
  }

  pack(peer, image, file, way) {
    return this.program(peer.program, peer.pack(image, file, way));
  }

  unpack(peer, file, image, way) {
    return this.program(peer.program, peer.unpack(file, image, way));
  }

  /** @param {[string | undefined, ...string[]][]} steps The peer itself where no program is named. */
  steps(peer, steps) {
    return steps.map(
      ([program, ...args]) =>
        () =>
          this.program(program ?? peer.program, args),
    );
  }

  digest(file) {
    return this.program('openssl', ['dgst', '-sha256', file]);
  }

  /** Without the settings and logins of whoever runs it. */
  program(program, args) {
    return measureRun(program, args, {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.folder },
    });
  }
}
