import { WEIGHTS } from "../generated/weights";

/**
 * Copies bytes of the model's weights into memory. The weights are a passive data segment, which stays in read-only memory (flash): the linker
 * (ts-tools/link) puts a `memory.init` in the place of this import.
 */
export declare function loadWeights(target: usize, offset: u32, bytes: u32): void;

/** Where the compiler placed the weights: how the linker finds their segment. Removed from the linked module. */
export function weightsAddress(): usize {
  return WEIGHTS;
}
