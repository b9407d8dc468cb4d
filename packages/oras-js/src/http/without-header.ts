/** @param name In lower case; headers have no case. */
export function withoutHeader(
  headers: Readonly<Record<string, string>> | undefined,
  name: string,
): Readonly<Record<string, string>> {
  const kept = Object.entries(headers ?? {}).filter(([key]) => key.toLowerCase() !== name);
  return Object.fromEntries(kept);
}
