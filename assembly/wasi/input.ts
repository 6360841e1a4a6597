/** Standard input, read in large pieces and handed out in smaller ones. */
import { fail } from "./fail";
import { reserve } from "./memory";
import { fd_read } from "./wasi_snapshot_preview1";

const STANDARD_INPUT: i32 = 0;
const CAPACITY: u32 = 65536;
const ERRNO_INTERRUPTED: i32 = 27;

/** {address, bytes} and the number of bytes read. */
const vector: usize = memory.data(12, 4);

let buffer: usize = 0;
let first: usize = 0;
/** Bytes from `first` on that were not taken. */
let left: i32 = 0;

/** Copies the next bytes to `target`, at most `bytes`, without taking them: 0 only at the end of the input. */
export function peekInput(target: usize, most: i32): i32 {
  if (left === 0) refill();
  const bytes = min(left, most);
  memory.copy(target, first, bytes);
  return bytes;
}

/** Takes bytes that were peeked at. */
export function skipInput(bytes: i32): void {
  first += bytes;
  left -= bytes;
}

/** Copies the next `bytes` bytes to `target` and takes them; fewer only at the end of the input. */
export function takeInput(target: usize, bytes: i32): i32 {
  let taken: i32 = 0;
  while (taken < bytes) {
    const piece = peekInput(target + taken, bytes - taken);
    if (piece === 0) break;
    skipInput(piece);
    taken += piece;
  }
  return taken;
}

function refill(): void {
  if (buffer === 0) buffer = reserve(CAPACITY);
  if (buffer === 0) fail("there is not enough memory to read the sound into; give the command more");
  store<usize>(vector, buffer);
  store<u32>(vector + 4, CAPACITY);
  let errno: i32;
  do {
    errno = fd_read(STANDARD_INPUT, vector, 1, vector + 8);
  } while (errno === ERRNO_INTERRUPTED);
  if (errno !== 0) fail("standard input cannot be read; give a WAV file, as in: light-sernet-cli.wasm < speech.wav");
  first = buffer;
  left = load<i32>(vector + 8);
}
