/** Why a JSON text was refused; turned into the reader's own error by whoever knows what the text is. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}
