/**
 * What built modules answer, before and after they got to know the speaker, for module_answers.py.
 *
 *     node training/conversion/module_answers.mjs SOUNDS < JOBS
 *
 * SOUNDS: int16 samples at 16 kHz of all sounds, one after the other, little-endian. JOBS: JSON {"models": folders, "lengths": samples of each sound, "jobs": [{"model": index of a
 * folder, "file": index of a sound, "others": indices of what the module receives from the speaker before}]}. Standard output gets JSON {"classes": names of each model, "answers":
 * [{"logits": int32 [classes], "voice": 0 to 1}] of each job}, of the center of each sound. A model without a voice head takes everything for a voice: 1.
 */
import { openSync, readFileSync, readSync } from "node:fs";
import { runIfMain } from "../../dist/ts-tools/host/main_module.js";
import { createRecognizer } from "../../dist/ts-tools/runtime/index.js";

const SAMPLE_RATE = 16000;

await runIfMain(import.meta.url, async () => {
  const [sounds] = process.argv.slice(2);
  const { models, lengths, jobs } = JSON.parse(readFileSync(0, "utf8"));
  const file = openSync(sounds, "r");
  const starts = [];
  let samples = 0;
  for (const length of lengths) {
    starts.push(samples);
    samples += length;
  }

  function answerOf(recognizer, index) {
    const sound = new Int16Array(lengths[index]);
    if (readSync(file, sound, 0, sound.byteLength, 2 * starts[index]) !== sound.byteLength) throw new Error(`${sounds}: it ends too early`);
    const { logits, voice = 1 } = recognizer.classify(sound, { sampleRate: SAMPLE_RATE });
    return { logits: recognizer.model.classes.map((name) => logits[name]), voice };
  }

  function answer(recognizer, { file: index, others }) {
    recognizer.adaptation = undefined;
    for (const other of others) answerOf(recognizer, other);
    // What it gathered has no effect until it is set. Undefined in a model that does not adapt.
    const gathered = recognizer.adaptation;
    if (others.length > 0) recognizer.adaptation = gathered;
    return answerOf(recognizer, index);
  }

  // With SIMD, where the folder has it: the scalar build answers the same, four times as slowly.
  const open = (model) => createRecognizer({ model, build: "auto", long: "center" });
  const recognizers = await Promise.all(models.map(open));
  const classes = recognizers.map(({ model }) => model.classes);
  process.stdout.write(JSON.stringify({ classes, answers: jobs.map((job) => answer(recognizers[job.model], job)) }));
});
