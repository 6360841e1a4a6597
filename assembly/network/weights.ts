import { WEIGHTS } from "../generated/weights";

/**
 * Copies `bytes` of the model's weights, from `offset` on, to `target`. The weights are a passive data segment, which stays in read-only memory (flash): the linker
 * (ts-tools/link) replaces this import by a `memory.init`.
 */
export declare function loadWeights(target: usize, offset: u32, bytes: u32): void;

/** Where the compiler placed the weights, so that the linker finds their segment. The linked module does not have it. */
export function weightsAddress(): usize {
  return WEIGHTS;
}
