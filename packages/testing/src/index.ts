/** What tests are built from: loopback registries, tiny images, temp folders. Development only. */
export { asFileOrPipe, bothWays, type Way } from './file-or-pipe.js';
export { tempDir, type TempDir } from './temp-dir.js';
export { eventually } from './eventually.js';
export { freePort } from './free-port.js';
export {
  bodyOf,
  reply,
  startLoopbackServer,
  type Answering,
  type LoopbackServer,
} from './loopback-server.js';
export { ask, askRaw, refusalCode, type AskOptions, type Reply } from './ask.js';
export { available, describeWith, findProgram } from './programs.js';
export { runProgram, type ProgramOptions, type ProgramResult } from './run-program.js';
export { startProgram, type RunningProgram } from './command-line/running-program.js';
export {
  captureRun,
  type CapturedOptions,
  type CapturedRun,
  type CapturedWorld,
  type CommandLine,
} from './command-line/captured-run.js';
export { kill, killAt } from './command-line/kill-at.js';
export { openDesk, type Desk } from './command-line/desk.js';
export {
  expectNothingSent,
  expectNothingVisible,
  openBundleScene,
  type BundleScene,
} from './command-line/bundle-scene.js';
export { expectRefusal, type ExpectedRefusal } from './command-line/refusal.js';
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
export { MemoryRegistry, MemoryRepository, type NotedPush } from './memory-repository.js';
export { tinyReferrer, type TinyReferrerOptions } from './tiny-referrer.js';
export {
  blob,
  handmadeContents,
  handmadeHost,
  type HandmadeContent,
  type HandmadeImage,
  type HandmadeReferrer,
} from './handmade-contents.js';
export {
  handmadeBundle,
  slotName,
  type HandmadeBundle,
  type HandmadeList,
  type HandmadeOptions,
} from './handmade-bundle.js';
export { goldenFile, goldenFolder, goldenOptions } from './golden-bundle.js';
export {
  handmadeHeader,
  handmadeTar,
  placesOf,
  withChecksum,
  type HeaderChange,
  type PlacedTarEntry,
  type TarEntry,
} from './handmade-tar.js';
export { mirroredSignature } from './mirrored-signature.js';
export { handmadeSlot, testSigner, type TestSigner } from './test-signer.js';
export { startDockerRegistry, type DockerRegistry } from './docker-registry.js';
export type { DockerRegistryOptions } from './docker-registry-config.js';
export {
  describeBytes,
  openingPieces,
  pushToShelf,
  refusalText,
  shelfBlob,
  shelfBytes,
  UploadShelf,
  type PushToShelf,
} from './upload-shelf.js';
export { answerRaw, hostileAnswers, sendEndlessly } from './hostile-server.js';
export { floods, startFlood, type Flood } from './flood.js';
export { breakOff, honourRange, rangeBlob, rangeBytes, readingFrom } from './range-answers.js';
export {
  alice,
  basicOfAlice,
  listingWith,
  loggingIn,
  tagsAt,
  tagsPage,
  TokenRegistry,
  type TokenReply,
} from './token-registry.js';
export { answering, asking } from './answered-asking.js';
export { CredentialHome, encodedLogin } from './credential-home.js';
export { expectRoundTrip } from './round-trip.js';
export {
  listOf,
  ReferrerShelf,
  signaturesTag,
  signatureNamed,
  signedIndex,
} from './referrer-shelf.js';
export { startTap, type Tap } from './tap.js';
export { startZot, type Zot } from './zot.js';
export { startNginx, type Nginx, type NginxOptions } from './nginx.js';
export { startTinyproxy, type Tinyproxy, type TinyproxyOptions } from './tinyproxy.js';
export { startTokenServer, type TokenServer, type TokenServerOptions } from './token-server.js';
export {
  startGitlabRegistry,
  type GitlabRegistry,
  type GitlabRegistryOptions,
} from './gitlab-registry/start-gitlab-registry.js';
export type { GitlabAccount, GitlabProject, GitlabSite } from './gitlab-registry/gitlab-site.js';
export type { TokenQuestion } from './gitlab-registry/token-service.js';
export { openGitlabScene, type GitlabScene } from './gitlab-registry/gitlab-scene.js';
export { sampleSite } from './gitlab-registry/sample-site.js';
export {
  testCertificates,
  testPems,
  type CertifiedKey,
  type TestCertificates,
  type TestPems,
} from './test-certificates.js';
export {
  startHandmadeProxy,
  type HandmadeProxy,
  type HandmadeProxyOptions,
} from './handmade-proxy.js';
export { startSilentServer, type SilentServer } from './silent-server.js';
export {
  startRegistry,
  type LoggedRequest,
  type TestRegistry,
} from './fault-registry/test-registry.js';
export type { Times } from './fault-registry/fault-words.js';
export type { RequestPattern } from './fault-registry/request-pattern.js';
export type { StatusFaultOptions } from './fault-registry/status-fault.js';
export type { TokenGate, TokenGateOptions } from './fault-registry/token-gate.js';
export { targetContract } from './contract/target-contract.js';
export type { ContractSubject, MakeSubject } from './contract/contract-subject.js';
