/**
 * The arrows of the architecture, as data: who may know whom, and who may speak HTTP.
 *
 * A new arrow is a decision about the architecture, never a way to make a check pass.
 */

/** Package folder → the package folders it may import; everything else is forbidden. */
export const allowedArrows = {
  cli: ['connected', 'offline', 'bundle', 'registry', 'gitlab', 'oras-js'],
  connected: ['bundle', 'oras-js'],
  offline: ['bundle', 'oras-js'],
  bundle: ['oras-js'],
  registry: ['oras-js'],
  gitlab: ['oras-js'],
  'oras-js': [],
  testing: ['registry', 'oras-js'],
};

/** What a package's tests may use on top of its own arrows. */
export const testArrows = ['testing', 'registry'];

/** Modules that open or answer connections → the packages whose product code may import them. */
export const networkModules = {
  'node-fetch': ['oras-js'],
  'http-proxy-agent': ['oras-js'],
  'https-proxy-agent': ['oras-js'],
  undici: [],
  'node:http': ['oras-js', 'registry', 'testing'],
  'node:https': ['oras-js', 'registry', 'testing'],
  'node:http2': [],
  'node:net': ['oras-js', 'registry', 'testing'],
  'node:tls': ['oras-js', 'registry', 'testing'],
};
