/**
 * The logits of a built module, before and after it got to know the speaker, for module_logits.py.
 *
 *     node training/conversion/module_logits.mjs MODEL SOUNDS < JOBS
 *
 * SOUNDS: int16 samples at 16 kHz of all sounds, one after the other, little-endian. JOBS: JSON {"lengths": samples of each sound, "jobs": [{"file": index of a sound,
 * "others": indices of what the module receives from the speaker before}]}. Standard output gets JSON {"classes": names, "logits": int32 [jobs][classes]} of the center of each sound.
 */
import { openSync, readFileSync, readSync } from "node:fs";
import { createRecognizer } from "../../dist/ts-tools/runtime/index.js";

const SAMPLE_RATE = 16000;
const [model, sounds] = process.argv.slice(2);
const { lengths, jobs } = JSON.parse(readFileSync(0, "utf8"));
const starts = [];
let samples = 0;
for (const length of lengths) {
  starts.push(samples);
  samples += length;
}
const file = openSync(sounds, "r");
let recognizer;

function logitsOf(index) {
  const sound = new Int16Array(lengths[index]);
  if (readSync(file, sound, 0, sound.byteLength, 2 * starts[index]) !== sound.byteLength) throw new Error(`${sounds}: it ends too early`);
  const { logits } = recognizer.classify(sound, { sampleRate: SAMPLE_RATE });
  return recognizer.model.classes.map((name) => logits[name]);
}

function answer({ file: index, others }) {
  recognizer.adaptation = undefined;
  for (const other of others) logitsOf(other);
  // What it gathered has no effect until it is set. Undefined in a model that does not adapt.
  const gathered = recognizer.adaptation;
  if (others.length > 0) recognizer.adaptation = gathered;
  return logitsOf(index);
}

try {
  // With SIMD, where the folder has it: the scalar build answers the same, four times as slowly.
  recognizer = await createRecognizer({ model, build: "auto", long: "center" });
  process.stdout.write(JSON.stringify({ classes: recognizer.model.classes, logits: jobs.map(answer) }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
