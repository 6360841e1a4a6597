/** The command line: --long windows|center, --help, --version; in a model that normalizes also --adaptation and --gathered. */
import { NORMALIZES } from "../generated/normalization";
import { fail, failUsage } from "./fail";
import { reserve } from "./memory";
import { args_get, args_sizes_get } from "./wasi_snapshot_preview1";
import { LONG_CENTER, LONG_WINDOWS } from "./windows";

export const ASKED_CLASSIFY: i32 = 0;
export const ASKED_HELP: i32 = 1;
export const ASKED_VERSION: i32 = 2;

/** LONG_* of --long. */
export let longMode: i32 = 0;

/** Values of --adaptation and --gathered, zero-ended; 0 for one that was not given. */
export let adaptationText: usize = 0;
export let gatheredText: usize = 0;

/** How many arguments, and the bytes of all of them. */
const sizes: usize = memory.data(8, 4);

/** Reads the arguments: ASKED_*. Ends the command with exit code 2 when one is not understood. */
export function readArguments(): i32 {
  if (args_sizes_get(sizes, sizes + 4) !== 0) fail("the command line cannot be read");
  const count = load<u32>(sizes);
  const addresses = reserve(4 * count);
  const text = reserve(load<u32>(sizes + 4));
  if (addresses === 0 || text === 0) fail("there is not enough memory to read the command line into");
  if (args_get(addresses, text) !== 0) fail("the command line cannot be read");

  // The first argument is the command's own name.
  for (let i: u32 = 1; i < count; i++) {
    const argument = load<usize>(addresses + 4 * i);
    if (isText(argument, "--help") || isText(argument, "-h")) return ASKED_HELP;
    if (isText(argument, "--version")) return ASKED_VERSION;
    if (NORMALIZES) {
      const taken = readSpeaker(argument, i + 1 < count ? load<usize>(addresses + 4 * (i + 1)) : 0);
      if (taken > 0) {
        i += taken - 1;
        continue;
      }
    }
    let mode = afterPrefix(argument, "--long=");
    if (isText(argument, "--long") && i + 1 < count) {
      i++;
      mode = load<usize>(addresses + 4 * i);
    }
    if (mode === 0) failUsage("this argument is not known, or lacks its value:", argument);
    readLongMode(mode);
  }
  return ASKED_CLASSIFY;
}

/** How many arguments this option takes; 0 if it is neither of the two, or lacks its value. */
function readSpeaker(argument: usize, next: usize): u32 {
  let value = optionValue(argument, next, "--adaptation");
  if (value !== 0) {
    adaptationText = value;
    return value === next ? 2 : 1;
  }
  value = optionValue(argument, next, "--gathered");
  if (value === 0) return 0;
  gatheredText = value;
  return value === next ? 2 : 1;
}

/** `--option value` or `--option=value`: the value's address, else 0. */
function optionValue(argument: usize, next: usize, option: string): usize {
  const end = afterPrefix(argument, option);
  if (end === 0) return 0;
  if (load<u8>(end) === 0) return next;
  return load<u8>(end) === 0x3d ? end + 1 : 0;
}

function readLongMode(mode: usize): void {
  if (isText(mode, "windows")) {
    longMode = LONG_WINDOWS;
  } else if (isText(mode, "center")) {
    longMode = LONG_CENTER;
  } else {
    failUsage("--long takes windows or center, not", mode);
  }
}

/** Whether the zero-ended text there is this one. */
function isText(address: usize, text: string): bool {
  const end = afterPrefix(address, text);
  return end !== 0 && load<u8>(end) === 0;
}

/** The address after this prefix of a zero-ended text; 0 when it begins otherwise. */
function afterPrefix(address: usize, prefix: string): usize {
  for (let i = 0; i < prefix.length; i++) {
    if ((load<u8>(address + i) as i32) !== prefix.charCodeAt(i)) return 0;
  }
  return address + prefix.length;
}
