/** Registers every WebAssembly memory that this process creates from now on; returns a function that adds up their bytes. */
export function watchMemories(): () => number {
  const memories = new Set<WebAssembly.Memory>();
  const Native = WebAssembly.Memory;
  WebAssembly.Memory = new Proxy(Native, {
    construct(target, [descriptor]: [WebAssembly.MemoryDescriptor]) {
      const memory = new target(descriptor);
      memories.add(memory);
      return memory;
    },
  });
  const instantiate = WebAssembly.instantiate.bind(WebAssembly);
  const seen = (instance: WebAssembly.Instance): void => {
    for (const value of Object.values(instance.exports)) if (value instanceof Native) memories.add(value);
  };
  const watched = async (source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports): Promise<unknown> => {
    const result: WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource = await instantiate(
      source as WebAssembly.Module,
      imports,
    );
    seen(result instanceof WebAssembly.Instance ? result : (result as WebAssembly.WebAssemblyInstantiatedSource).instance);
    return result;
  };
  WebAssembly.instantiate = watched as typeof WebAssembly.instantiate;
  return () => [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
}
