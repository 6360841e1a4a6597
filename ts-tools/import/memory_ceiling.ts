/**
 * A ceiling for the memory of a library inside WebAssembly, in a thread that does nothing else. HDF5 allocates as much as a file says it needs; at the
 * ceiling it gets none, and says so.
 */
export function limitWebAssemblyMemory(mostBytes: number): void {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength + 65536 * pages > mostBytes) throw new RangeError(`memory is limited to ${mostBytes} bytes`);
    return grow.call(this, pages);
  };
}
