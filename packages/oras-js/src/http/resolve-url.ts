/** Addresses that a server wrote, seen from where they were read. */

/** @returns Undefined for what is no address. */
export function resolveUrl(text: string, base: URL): URL | undefined {
  return URL.canParse(text, base.href) ? new URL(text, base) : undefined;
}
