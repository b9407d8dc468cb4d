/** A way of importing, each run of it into a registry that has just been started with nothing in it. */
import { startDockerRegistry } from '@sallyport/testing';
import { requestsOf } from './requests-of.mjs';

/**
 * @param {(host: string) => Promise<object>} run
 * @param {{ ended?: EndedRegistries, tls?: object }} [options] `ended` takes the registry after the run; without it,
 *   its files are removed at once. `tls` is its certificate.
 */
export function intoNewRegistry(name, run, { ended, tls } = {}) {
  let registry;
  return {
    name,
    before: async () => {
      registry = await startDockerRegistry(tls === undefined ? {} : { tls });
    },
    run: () => run(registry.host),
    after: async () => {
      const requests = requestsOf(registry);
      if (ended === undefined) await registry[Symbol.asyncDispose]();
      else await ended.keep(registry);
      return { requests };
    },
  };
}

/**
 * Registries whose files stay until the case is over. A file system gives no number of a file that was just
 * removed to a new one, and looks for others: whoever makes thousands of files would pay for the run before.
 */
export class EndedRegistries {
  registries = [];

  async keep(registry) {
    await registry.kill();
    this.registries.push(registry);
  }

  async remove() {
    for (const registry of this.registries.splice(0)) await registry[Symbol.asyncDispose]();
  }
}
