/** Jest runs the compiler's output: no transform, the same files that ship. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/packages', '<rootDir>/scripts'],
  testMatch: ['<rootDir>/packages/*/dist/**/*.test.js', '<rootDir>/scripts/**/*.test.mjs'],
  moduleFileExtensions: ['js', 'mjs', 'json'],
  transform: {},
  // A child process, a registry start or an 8 GiB sparse file may be slow on a loaded machine.
  testTimeout: 60_000,
  // In one process for all of them, each file would leave something behind that makes every promise of the
  // later ones slower: after two hundred files, twenty times. A worker that has grown is replaced.
  maxWorkers: 1,
  workerIdleMemoryLimit: '400MB',
  coverageProvider: 'v8',
  coverageDirectory: '<rootDir>/coverage',
  collectCoverageFrom: ['packages/*/dist/**/*.js', '!**/*.test.js'],
  reporters: ['default', '<rootDir>/scripts/plain-summary.mjs'],
};
