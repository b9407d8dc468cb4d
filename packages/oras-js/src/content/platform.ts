/**
 * Platforms, as `os/arch[/variant]`.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#image-index-property-descriptions
 */
import { ContentError } from './content-error.js';

/** Without `os.version` and `os.features`: nothing here chooses by them. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const part = /^[a-z0-9._-]{1,64}$/i;

/** @throws ContentError `PLATFORM_INVALID`. */
export function parsePlatform(text: string): Platform {
  const parts = text.split('/');
  const [os, architecture, variant] = parts;
  if (
    os === undefined ||
    architecture === undefined ||
    parts.length > 3 ||
    !parts.every((each) => part.test(each))
  ) {
    throw new ContentError(
      'PLATFORM_INVALID',
      `expected a platform as os/arch or os/arch/variant, found ${JSON.stringify(text.slice(0, 100))}`,
      { hint: 'write for example linux/amd64 or linux/arm64/v8' },
    );
  }
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** The reverse of `parsePlatform`: `linux/arm64/v8`. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = platform;
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** True when `offered` runs where `wanted` is asked for; without a wanted variant any variant does. */
export function matchesPlatform(offered: Platform, wanted: Platform): boolean {
  return (
    offered.os === wanted.os &&
    offered.architecture === wanted.architecture &&
    (wanted.variant === undefined || offered.variant === wanted.variant)
  );
}
