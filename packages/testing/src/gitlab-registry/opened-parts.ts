/** What was opened one after the other, to be closed in the opposite order. */
export class OpenedParts implements AsyncDisposable {
  private readonly parts: AsyncDisposable[] = [];

  use<Part extends AsyncDisposable>(part: Part): Part {
    this.parts.push(part);
    return part;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.parts.splice(0).reverse()) await part[Symbol.asyncDispose]();
  }
}
