/** Documents of registries, names and headers. */
import { mediaTypes } from 'oras-js';

const digest = `sha256:${'a'.repeat(64)}`;

export function textSeeds() {
  return {
    'strict-json': { 'every-kind.json': everyKind(), 'empty.json': '{}', 'unicode.json': unicode },
    manifest: {
      'image.json': image(),
      'index.json': index(),
      'config.json': config(),
      'envelope.json': envelope(),
    },
    reference: {
      'full.txt': `registry.example.com:5000/team/app:1.4@${digest}`,
      'short.txt': 'alpine',
      'hub.txt': 'docker.io/library/alpine:3',
      'ipv6.txt': '[::1]:5000/app',
      'prefix.txt': 'registry.example.com/team',
      'rule.txt': 'security-products/dast=scanners/dast',
      'platform.txt': 'linux/arm64/v8',
    },
    'auth-challenge': {
      'bearer.txt':
        'Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:team/app:pull"',
      'both.txt': 'Basic realm="r", Bearer realm=https://auth.example.com/token',
    },
    'link-header': {
      'next.txt': '</v2/a/tags/list?last=b&n=100>; rel="next"',
      'several.txt': '<https://registry.example.com/x>; rel=prev, </v2/a/tags/list?n=1>; rel=next',
      'location.txt': 'https://registry.example.com/v2/a/blobs/uploads/1?_state=abc',
      'wait.txt': 'Wed, 21 Oct 2026 07:28:00 GMT',
    },
  };
}

const unicode = '{"\\u00e9":"\\ud83d\\ude00","e\u0301":"\u{1f600}"}';

function everyKind() {
  const numbers = [0, -1, 1.5, 1e21, 9007199254740991];
  return JSON.stringify({
    a: [null, true, false, ...numbers],
    b: { c: { d: [] } },
    e: 'text',
    f: '',
  });
}

function descriptor(mediaType, size) {
  return { mediaType, digest, size };
}

function image() {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: descriptor(mediaTypes.ociConfig, 10),
    layers: [{ ...descriptor(mediaTypes.ociLayerGzip, 20), urls: ['https://x.example/'] }],
    subject: descriptor(mediaTypes.ociManifest, 30),
    artifactType: 'application/x',
    annotations: { a: 'b' },
  });
}

function index() {
  const platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };
  return JSON.stringify({
    schemaVersion: 2,
    manifests: [{ ...descriptor(mediaTypes.ociManifest, 10), platform, annotations: null }],
  });
}

function config() {
  return JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { diff_ids: [digest] } });
}

function envelope() {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: 'a'.repeat(64) } }],
    predicateType: 'https://sigstore.dev/cosign/sign/v1',
  };
  const payload = Buffer.from(JSON.stringify(statement)).toString('base64');
  return JSON.stringify({
    dsseEnvelope: {
      payloadType: 'application/vnd.in-toto+json',
      payload,
      signatures: [{ sig: 'MEUCIQ==' }],
    },
  });
}
