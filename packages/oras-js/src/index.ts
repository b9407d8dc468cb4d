/**
 * The public face of oras-js: what none of these doors names cannot be imported.
 *
 * Names are listed there, each behind one door, and nowhere else.
 */
export * from './content/index.js';
export * from './registry/index.js';
export * from './stores/index.js';
