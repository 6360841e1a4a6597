/**
 * Memory of the command, above the engine's page and above all static data: handed out upwards and never freed. The memory grows as it is needed,
 * so a header that claims a gigabyte costs nothing.
 */
import { memoryNeeded } from "../module";

const PAGE_BITS: u64 = 16;
const ALIGNMENT: usize = 16;

/** The first free byte; 0 before the first reservation. */
let top: usize = 0;

/** Reserves bytes, aligned to 16; 0 when there is not enough memory left. */
export function reserve(bytes: u32): usize {
  if (top === 0) top = max(__heap_base, memoryNeeded() as usize);
  top = (top + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
  return extend(bytes);
}

/** Reserves bytes directly after the last reservation or extension, so that an array grows. 0 when there is not enough memory left. */
export function extend(bytes: u32): usize {
  const end = (top as u64) + (bytes as u64);
  const have = (memory.size() as u64) << PAGE_BITS;
  if (end > have) {
    const pages = (end - have + 0xffff) >>> PAGE_BITS;
    if (memory.grow(pages as i32) < 0) return 0;
  }
  const address = top;
  top = end as usize;
  return address;
}
