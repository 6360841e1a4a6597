/** Sample rates that are read, in Hz. */
const LOWEST_RATE: u32 = 8000;
const HIGHEST_RATE: u32 = 192000;

/** Whether a rate is one that can be converted; a negative one, taken for a large one, is not. */
export function isRate(rate: u32): bool {
  return rate >= LOWEST_RATE && rate <= HIGHEST_RATE;
}
