/** How the command ends when it cannot do what it should: one sentence on standard error, nothing on standard output, exit code 1 or 2. */

import { STATUS_TEXTS } from "../generated/status_text";
import { beginOutput, endOutput, STANDARD_ERROR, writeByte, writeText, writeZeroEnded } from "./output";
import { proc_exit } from "./wasi_snapshot_preview1";

const EXIT_FAILED: i32 = 1;
const EXIT_USAGE: i32 = 2;

/** Ends the command with this sentence. */
export function fail(sentence: string): void {
  begin();
  writeText(sentence);
  end(EXIT_FAILED);
}

/** Ends the command with the sentence of a status of the module. */
export function failStatus(status: i32): void {
  begin();
  writeZeroEnded(sentenceOf(status));
  end(EXIT_FAILED);
}

/** Returns a result of the module, or ends the command when it is a failure. */
export function check(status: i32): i32 {
  if (status < 0) failStatus(status);
  return status;
}

/** Ends the command: the argument at this address (zero-ended) is not understood. */
export function failUsage(what: string, argument: usize): void {
  begin();
  writeText(what);
  writeText(' "');
  writeZeroEnded(argument);
  writeText('"; see --help');
  end(EXIT_USAGE);
}

function begin(): void {
  beginOutput(STANDARD_ERROR);
  writeText("light-sernet: ");
}

function end(code: i32): void {
  writeByte(0x0a);
  endOutput();
  proc_exit(code);
  unreachable();
}

/** Address of the zero-ended sentence; that of an empty one for a code that the table lacks. */
function sentenceOf(status: i32): usize {
  let at = STATUS_TEXTS;
  while (load<u8>(at) !== 0) {
    const found = (load<u8>(at) as i32) === -status;
    at++;
    if (found) return at;
    while (load<u8>(at) !== 0) at++;
    at++;
  }
  return at;
}
