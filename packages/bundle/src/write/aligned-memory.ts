/**
 * Memory that begins at the start of a page, as a disk wants it that takes bytes straight from there.
 *
 * The memory of WebAssembly is the only one of Node that is promised to do so.
 */
const pageBytes = 64 * 1024;

/** As much of it as is used; only the types of browsers have it. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => {
    readonly buffer: ArrayBuffer;
  };
};

/** @returns `count` buffers of `length` bytes, a multiple of 64 KiB; unaligned where the system gives no such memory. */
export function alignedBuffers(count: number, length: number): readonly Buffer[] {
  const numbers = Array.from({ length: count }, (_, number) => number);
  try {
    const pages = (count * length) / pageBytes;
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages });
    return numbers.map((number) => Buffer.from(buffer, number * length, length));
  } catch {
    // It reserves gigabytes of addresses, though it uses none of them; a host may forbid that.
    return numbers.map(() => Buffer.allocUnsafeSlow(length));
  }
}
