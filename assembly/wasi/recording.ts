/** Standard input as a recording: the WAV's header, then its samples, converted to 16 kHz int16 by the module and kept above its page. */
import { STATUS_WAV_NO_DATA, STATUS_WAV_NOT_RIFF, STATUS_WAV_TRUNCATED, sampleBytes } from "../generated/status";
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
  wavFormat,
  wavFrames,
  wavPush,
  wavRate,
} from "../module";
import { check, fail, failStatus } from "./fail";
import { peekInput, skipInput, takeInput } from "./input";
import { extend, reserve } from "./memory";

/** RIFF, size, WAVE: a file without these bytes is not a WAV file. */
const RIFF_BYTES: i32 = 12;

/** int16 [recordingSamples] at sampleRate() Hz. */
export let recording: usize = 0;
export let recordingSamples: i32 = 0;

/** Reads and converts all of standard input; ends the command when it is not a WAV file that can be read. */
export function readRecording(): void {
  readHeader();
  check(setInput(wavFormat(), wavChannels(), wavRate()));
  check(startSamples());
  recording = reserve(0);
  pushFrames(wavFrames(), wavChannels() * sampleBytes(wavFormat()));
  check(finishSamples());
  keepOutput();
}

function readHeader(): void {
  wavBegin();
  let total: i32 = 0;
  let begins: i32 = 0;
  while (begins === 0) {
    const bytes = peekInput(inputAddress() as usize, inputCapacity());
    if (bytes === 0) failStatus(total < RIFF_BYTES ? STATUS_WAV_NOT_RIFF : STATUS_WAV_NO_DATA);
    begins = check(wavPush(bytes));
    skipInput(begins === 0 ? bytes : begins);
    // No further than it matters: chunks to skip may be longer than an i32 counts.
    total = min(total + bytes, RIFF_BYTES);
  }
}

/** Pushes frames of `frameBytes` bytes each. */
function pushFrames(frames: i32, frameBytes: i32): void {
  const most = inputCapacity() / frameBytes;
  while (frames > 0) {
    const piece = min(frames, most);
    const bytes = piece * frameBytes;
    if (takeInput(inputAddress() as usize, bytes) < bytes) failStatus(STATUS_WAV_TRUNCATED);
    check(push(bytes));
    keepOutput();
    frames -= piece;
  }
}

/** Appends the samples that the module has just converted. */
function keepOutput(): void {
  const bytes = outputCount() << 1;
  const target = extend(bytes);
  if (target === 0) fail("the recording does not fit in memory; cut it into parts");
  memory.copy(target, outputAddress() as usize, bytes);
  recordingSamples += outputCount();
}
