/**
 * What goes into the image, layer by layer: the shape of a browser-based security analyzer, made
 * of Debian packages. A base, a language runtime, small tools, fonts, the libraries of the browser,
 * the browser, then settings and the analyzer's own script.
 *
 * A layer holds the named packages and whatever they need that no lower layer has. `later` leaves
 * packages for a higher layer.
 */

const base = ['base-files', 'base-passwd', 'bash', 'ca-certificates', 'coreutils', 'dash'].concat(
  ['debianutils', 'findutils', 'grep', 'gzip', 'hostname', 'libc-bin', 'netbase', 'sed', 'tar'],
  ['tzdata', 'util-linux'],
);

const full = {
  base,
  runtime: ['python3'],
  tools: ['curl', 'jq'],
  fonts: ['fontconfig', 'fonts-liberation', 'fonts-noto-color-emoji'],
  browser: 'chromium',
  browserParts: ['chromium', 'chromium-common'],
  entrypoint: ['/usr/bin/python3', '/analyzer/analyze'],
};

/** The same shape from a few megabytes, for tests. */
const small = {
  base: ['base-files', 'busybox', 'netbase'],
  runtime: ['lua5.4'],
  tools: ['jq'],
  fonts: ['fonts-dejavu-core'],
  browser: 'links',
  browserParts: ['links'],
  entrypoint: ['/usr/bin/lua5.4', '/analyzer/analyze'],
};

/**
 * In the next night one layer in the middle has one package more and the top one has another
 * script; everything else stays as it was.
 *
 * @param {{ small: boolean }} options
 */
export function imageRecipe(options) {
  const parts = options.small ? small : full;
  return {
    entrypoint: parts.entrypoint,
    env: [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'LANG=C.UTF-8',
      `BROWSER=/usr/bin/${parts.browser}`,
    ],
    layers: [
      { name: 'base', packages: parts.base, files: accounts },
      { name: 'runtime', packages: parts.runtime },
      { name: 'fonts', packages: parts.fonts },
      { name: 'tools', packages: parts.tools, nextNightPackages: ['unzip'] },
      { name: 'browser libraries', packages: [parts.browser], later: parts.browserParts },
      { name: 'browser', packages: [parts.browser] },
      { name: 'settings', files: settings },
      { name: 'analyzer', files: analyzer(1), nextNightFiles: analyzer(2) },
    ],
  };
}

/** What the base packages' installation scripts would write; they are not run here. */
const accounts = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nanalyzer:x:1000:1000::/analyzer:/bin/sh\n',
  'etc/group': 'root:x:0:\nanalyzer:x:1000:\n',
};

const settings = {
  'etc/analyzer/browser.json': `${JSON.stringify({ headless: true, sandbox: false }, null, 2)}\n`,
  'etc/analyzer/checks.json': `${JSON.stringify({ passive: true, active: false }, null, 2)}\n`,
};

/** Two lines that Python and Lua both understand. */
function analyzer(night) {
  return {
    'analyzer/analyze': `print("analyzer of night ${night}")\n`,
    'analyzer/VERSION': `6.${night}.0\n`,
  };
}
