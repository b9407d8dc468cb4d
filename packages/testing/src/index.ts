/** What tests are built from: loopback registries, tiny images, temp folders. Development only. */
export { tempDir, type TempDir } from './temp-dir.js';
export { eventually } from './eventually.js';
export { freePort } from './free-port.js';
export { available, describeWith, findProgram } from './programs.js';
export { runProgram, type ProgramOptions, type ProgramResult } from './run-program.js';
export { skopeo } from './skopeo.js';
export { noise, tinyLayer, type TinyLayer } from './tiny-layer.js';
export {
  contentOf,
  imageOf,
  json,
  opening,
  tinyImage,
  type TinyContent,
  type TinyImage,
  type TinyImageOptions,
} from './tiny-image.js';
export { tinyReferrer, type TinyReferrerOptions } from './tiny-referrer.js';
export { startDockerRegistry, type DockerRegistry } from './docker-registry.js';
export type { DockerRegistryOptions } from './docker-registry-config.js';
export { testCertificates, type CertifiedKey, type TestCertificates } from './test-certificates.js';
