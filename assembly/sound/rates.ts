/** Sample rates that can be converted, in Hz. */
const LOWEST_RATE: u32 = 8000;
const HIGHEST_RATE: u32 = 192000;

/** Whether a rate can be converted. A negative rate is a large unsigned one, and cannot. */
export function isRate(rate: u32): bool {
  return rate >= LOWEST_RATE && rate <= HIGHEST_RATE;
}
