/** Hosts as people list them in options: `host`, `host:port`, or `*`. */

/** `host` alone covers every port of it. */
export function matchesHost(url: URL, list: readonly string[]): boolean {
  return list.some((entry) => {
    const name = entry.toLowerCase();
    return name === '*' || name === url.host || name === url.hostname;
  });
}
