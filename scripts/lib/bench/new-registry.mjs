/** A way of importing, each run of it into a registry that has just been started with nothing in it. */
import { startDockerRegistry } from '@sallyport/testing';
import { requestsOf } from './requests-of.mjs';

/** @param {(host: string) => Promise<object>} run */
export function intoNewRegistry(name, run) {
  let registry;
  return {
    name,
    before: async () => {
      registry = await startDockerRegistry();
    },
    run: () => run(registry.host),
    after: async () => {
      const requests = requestsOf(registry);
      await registry[Symbol.asyncDispose]();
      return { requests };
    },
  };
}
