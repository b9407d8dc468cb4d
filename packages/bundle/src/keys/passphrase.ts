/** Where a passphrase comes from, and which ones are refused whatever the key. */
import { KeyError } from './key-error.js';

/** Asked only when a key is encrypted; undefined says that there is none to be had. */
export type PassphraseSource = () => Promise<string | undefined>;

/** OpenSSL takes no more, so a longer one could seal a key that opens nowhere else. */
const maxPassphraseBytes = 1024;

/** @throws KeyError `KEY_PASSPHRASE_UNUSABLE` */
export function usablePassphrase(passphrase: string): Buffer {
  const bytes = Buffer.from(passphrase, 'utf8');
  if (bytes.length > 0 && bytes.length <= maxPassphraseBytes) return bytes;
  throw new KeyError(
    'KEY_PASSPHRASE_UNUSABLE',
    bytes.length === 0
      ? 'expected a passphrase, found an empty one'
      : `expected a passphrase of at most ${maxPassphraseBytes} bytes, found a longer one`,
    { hint: 'check the variable or file that the passphrase is read from' },
  );
}

/** @throws KeyError `KEY_PASSPHRASE_MISSING` or `KEY_PASSPHRASE_UNUSABLE` */
export async function askPassphrase(source: PassphraseSource, file: string): Promise<Buffer> {
  const passphrase = await source();
  if (passphrase !== undefined) return usablePassphrase(passphrase);
  throw new KeyError(
    'KEY_PASSPHRASE_MISSING',
    `${file}: the private key is encrypted, and no passphrase was given`,
    { hint: 'set SALLYPORT_KEY_PASSPHRASE, or run on a terminal to be asked' },
  );
}

export function wrongPassphrase(file: string): KeyError {
  // No cause: what the cipher says about the plaintext is nobody's business.
  return new KeyError('KEY_PASSPHRASE_WRONG', `${file}: the passphrase does not open this key`, {
    hint: 'check the passphrase; if it is right, the file is damaged',
  });
}
