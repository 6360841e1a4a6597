/**
 * Streams standard input (int16, mono, 16 kHz) through createLive(): `node_program.js MODULE SAMPLES`, in pieces of that many samples, or of all with 0. Prints the
 * numbers of stream_driver.c without logits, which such answers do not have; to standard error, how much memory the process holds, in KB, after each minute.
 */
import { readFileSync, readSync } from "node:fs";
import { STREAM_STATE } from "../../ts-tools/abi/stream.js";
import { createLive, type LiveAnswer } from "../../ts-tools/runtime/index.js";

const FRAME_MS = 16;
/** Of the first frame, 64 ms, when the next has not begun. */
const FIRST_MS = 48;
const MINUTE = 60 * 16_000;

const [module = "", samples = "0"] = process.argv.slice(2);
const live = await createLive({ module: readFileSync(module), onAnswer: (answer) => console.log(numbersOf(answer)) });
const { classes } = live.model;

const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;

function numbersOf({ timeMs, state, label, accepted, heardMs, speechMs, endMs, levelDb, probabilities }: LiveAnswer): string {
  const place = label === null ? -1 : classes.indexOf(label);
  const [answered, last] = [timeMs, endMs].map((time) => (time - FIRST_MS) / FRAME_MS);
  const first = [answered, STREAM_STATE[state], place, Number(accepted), heardMs / FRAME_MS, speechMs / FRAME_MS, last];
  return [...first, ...[levelDb, ...Object.values(probabilities)].map(bitsOf)].join(" ");
}

const printMemory = (): void => console.error(Math.round(process.memoryUsage().rss / 1024));

if (samples === "0") {
  const bytes = readFileSync(0);
  live.push(new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2));
} else {
  const piece = new Int16Array(Number(samples));
  const bytes = new Uint8Array(piece.buffer);
  let taken = 0;
  for (let got = -1; got !== 0; ) {
    let filled = 0;
    // A pipe hands over what it has.
    while (filled < bytes.length && got !== 0) {
      got = readSync(0, bytes, filled, bytes.length - filled, null);
      filled += got;
    }
    live.push(piece.subarray(0, filled / 2));
    if (Math.floor(taken / MINUTE) !== Math.floor((taken + filled / 2) / MINUTE)) printMemory();
    taken += filled / 2;
  }
}
live.finish();
printMemory();
