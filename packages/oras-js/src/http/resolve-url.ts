/** Addresses that somebody else wrote, seen from where they were read. */

/**
 * @param base Left out where only a whole address will do.
 * @returns Undefined for what is no address.
 */
export function resolveUrl(text: string, base?: URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    // Not asked beforehand: once V8 has compiled the call, URL.canParse of Node 20 reads Latin-1 as
    // UTF-8 and says yes to addresses that the constructor refuses.
    return undefined;
  }
}
