/** What whoever reads bytes can be asked to tell. */
export interface BytesOptions {
  /** Called as bytes are read, with how many more they are. */
  readonly onBytes?: ((count: number) => void) | undefined;
}
