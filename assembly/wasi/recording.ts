/** Standard input as a recording: the WAV's header, then its samples, converted to 16 kHz int16 by the module and kept above its page. */
import { sampleBytes } from "../generated/status";
import {
  finishSamples,
  inputAddress,
  inputCapacity,
  outputAddress,
  outputCount,
  push,
  setInput,
  startSamples,
  wavBegin,
  wavChannels,
  wavEnd,
  wavFormat,
  wavPush,
  wavRate,
  wavTake,
} from "../module";
import { check, fail } from "./fail";
import { peekInput, skipInput, takeInput } from "./input";
import { extend, reserve } from "./memory";

/** int16 [recordingSamples] at sampleRate() Hz. */
export let recording: usize = 0;
export let recordingSamples: i32 = 0;
/** WARNING_* of the file's length. */
export let fileWarnings: i32 = 0;

/** Reads and converts all of standard input; ends the command when it is not a WAV file that can be read. */
export function readRecording(): void {
  readHeader();
  check(setInput(wavFormat(), wavChannels(), wavRate()));
  check(startSamples());
  recording = reserve(0);
  pushFrames(wavChannels() * sampleBytes(wavFormat()));
  fileWarnings = check(wavEnd());
  check(finishSamples());
  keepOutput();
}

function readHeader(): void {
  wavBegin();
  let begins: i32 = 0;
  while (begins === 0) {
    const bytes = peekInput(inputAddress() as usize, inputCapacity());
    if (bytes === 0) check(wavEnd());
    begins = check(wavPush(bytes));
    skipInput(begins === 0 ? bytes : begins);
  }
}

/** Pushes the whole frames of `frameBytes` bytes that are there. */
function pushFrames(frameBytes: i32): void {
  const most = inputCapacity() - (inputCapacity() % frameBytes);
  let bytes: i32 = 0;
  do {
    bytes = wavTake(takeInput(inputAddress() as usize, most));
    check(push(bytes - (bytes % frameBytes)));
    keepOutput();
  } while (bytes === most);
}

/** Appends the samples that the module has just converted. */
function keepOutput(): void {
  const bytes = outputCount() << 1;
  const target = extend(bytes);
  if (target === 0) fail("the recording does not fit in memory; cut it into parts");
  memory.copy(target, outputAddress() as usize, bytes);
  recordingSamples += outputCount();
}
