/**
 * light-sernet-cli.wasm, a WASI command: a WAV file on standard input becomes one JSON object on standard output.
 *
 *     standard input -> header, samples at 16 kHz (recording) -> windows -> results of each -> their mean -> report
 */
import { NORMALIZES } from "../generated/normalization";
import { abiVersion, classCount, modelHashAddress, modelIdAddress } from "../module";
import { ASKED_CLASSIFY, ASKED_HELP, ASKED_VERSION, adaptationText, gatheredText, longMode, readArguments } from "./arguments";
import { beginClassify, classifyTime, classifyWindow, frontendTime } from "./classify";
import { now } from "./clock";
import { fail } from "./fail";
import { keepFigures, printWarnings } from "./input_figures";
import { reserve } from "./memory";
import { beginOutput, endOutput, STANDARD_OUTPUT, writeInteger, writeText, writeZeroEnded } from "./output";
import { readRecording, recording, recordingSamples } from "./recording";
import { writeReport } from "./report";
import { meanProbabilities, resultBytes } from "./results";
import { beginSpeaker } from "./speaker";
import { windowCount, windowEnd, windowStart } from "./windows";

// For the linker, which removes it.
export { weightsAddress } from "../network/weights";

export function _start(): void {
  const asked = readArguments();
  if (asked === ASKED_CLASSIFY) readSound();
  beginOutput(STANDARD_OUTPUT);
  if (asked === ASKED_HELP) {
    writeHelp();
  } else if (asked === ASKED_VERSION) {
    writeVersion();
  } else {
    classify();
  }
  if (!endOutput()) fail("standard output cannot be written; what was printed is not complete");
}

/** Nanoseconds. */
let decodeTime: i64 = 0;

function readSound(): void {
  if (NORMALIZES) beginSpeaker(adaptationText, gatheredText);
  const began = now();
  readRecording();
  keepFigures();
  decodeTime = now() - began;
  printWarnings();
}

function classify(): void {
  const count = windowCount(recordingSamples, longMode);
  const mean = reserve(4 * classCount());
  const results = reserve(count * resultBytes());
  if (mean === 0 || results === 0) fail("the results of a recording this long do not fit in memory; cut it into parts");
  beginClassify();
  for (let w = 0; w < count; w++) {
    const first = windowStart(w, recordingSamples, longMode);
    const samples = windowEnd(first, recordingSamples) - first;
    classifyWindow(recording + ((first as usize) << 1), samples, results + w * resultBytes());
  }
  meanProbabilities(results, count, mean);

  const frontend = frontendTime();
  writeReport(results, mean, recordingSamples, longMode, decodeTime, frontend, classifyTime() - frontend);
}

function writeHelp(): void {
  writeText("Usage: wasmtime run light-sernet-cli.wasm [--long windows|center] < speech.wav\n\n");
  writeText("Names the emotion in the voice of a WAV file, read from standard input: one JSON object on standard output.\n\n");
  writeText("  --long windows  a long recording in windows that overlap by half, and the mean of their answers (default)\n");
  writeText("  --long center   only the window in the middle of a long recording\n");
  if (NORMALIZES) {
    writeText("  --adaptation X  start from a speaker's statistics: the digits after adaptation in an earlier answer\n");
    writeText("  --gathered X    the statistics that this sound is added to, if not the same\n");
  }
  writeText("  --version       the ABI version, the model and the hash of its weights\n");
  writeText("  --help          this text\n");
}

function writeVersion(): void {
  writeText("light-sernet-cli, ABI version ");
  writeInteger(abiVersion());
  writeText(", model ");
  writeZeroEnded(modelIdAddress() as usize);
  writeText(" (SHA-256 ");
  writeZeroEnded(modelHashAddress() as usize);
  writeText(")\n");
}
