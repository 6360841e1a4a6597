/** Milliseconds since some moment. A worklet, where audio is processed, has only a clock that counts in whole ones. */
export function now(): number {
  return globalThis.performance?.now() ?? Date.now();
}
