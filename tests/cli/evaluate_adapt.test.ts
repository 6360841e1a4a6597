/** `evaluate --adapt` and `--crops`: figures and answers as a recognizer makes them that hears the others first. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import type { EvaluationReport } from "../../ts-tools/cli/evaluate_output.js";
import { Speakers } from "../../ts-tools/evaluate/speakers.js";
import { findUtterances } from "../../ts-tools/evaluate/utterances.js";
import { createRecognizer, type Recognition } from "../../ts-tools/runtime/index.js";
import { adaptingBuild } from "../support/adapting_build.js";
import { lightSernetAgain, lines } from "../support/command.js";
import { plainBuild } from "../support/plain_source.js";
import { voice } from "../support/sounds.js";
import { wavFile } from "../support/wav.js";

const HZ = { sampleRate: 16000 };
/** Four recordings of one speaker, one of them of an unknown class, and one of another. */
const PLACES = ["class 0/anna/a", "class 1/anna/b", "class 1/anna/c", "other/x", "class 2/ben/e", "anna/d"];

let model: string;
let work: string;
let data: string;
const sounds = new Map<string, Int16Array>();

before(async () => {
  model = (await adaptingBuild()).folder;
  work = mkdtempSync(join(tmpdir(), "light-sernet-adapt-"));
  data = join(work, "data");
  for (const [index, place] of PLACES.entries()) {
    const file = join(data, `${place}.wav`);
    mkdirSync(dirname(file), { recursive: true });
    sounds.set(file, voice(3000 + 2500 * index, 16000, index + 2));
    writeFileSync(file, wavFile(sounds.get(file)!));
  }
});
after(() => {
  for (const folder of [work, model]) rmSync(folder, { recursive: true });
});

const evaluate = (...parameters: string[]) => lightSernetAgain(["evaluate", model, "--data", data, ...parameters]);
const labeled = (): string[] => [...sounds.keys()].filter((file) => file.includes("class "));

/** The rows of a CSV for answers to the labeled files. */
function rowsOf(answers: Map<string, Recognition>): string[][] {
  return labeled().map((file) => {
    const { label, probabilities } = answers.get(file)!;
    const name = file.slice(-5, -4);
    return [name, "", file.slice(data.length + 1).split("/")[0]!, label, ...Object.values(probabilities).map(String)];
  });
}

const read = (csv: string): string[][] =>
  lines(readFileSync(csv, "utf8"))
    .slice(1)
    .map((line) => line.split(",").map((cell, index) => (index < 4 ? cell : String(Math.fround(Number(cell))))));

for (const [others, seed] of [
  [2, 0],
  [10, 7],
] as const) {
  test(`after up to ${others} other recordings of the same speaker, seed ${seed}`, async () => {
    const csv = join(work, `${others}.csv`);
    const { code, stdout } = await evaluate("--adapt", `${others}`, "--seed", `${seed}`, "--csv", csv, "--json");
    assert.equal(code, 0);
    const report = JSON.parse(stdout) as EvaluationReport;
    const plain = JSON.parse((await evaluate("--json")).stdout) as EvaluationReport;
    const { adapted, ...rest } = report;
    assert.deepEqual(rest, plain);

    const recognizer = await createRecognizer({ model });
    const { classes } = recognizer.model;
    const speakers = new Speakers(await findUtterances(data), classes, seed);
    const answers = new Map<string, Recognition>();
    for (const file of labeled()) {
      recognizer.adaptation = undefined;
      for (const other of speakers.othersOf(file).slice(0, others)) recognizer.classify(sounds.get(other)!, HZ);
      const heard = recognizer.adaptation;
      recognizer.adaptation = heard;
      answers.set(file, recognizer.classify(sounds.get(file)!, HZ));
    }
    const expected = rowsOf(answers);
    assert.deepEqual(read(csv), expected);
    const { wa, confusion, ...how } = adapted!;
    const right = expected.filter(([, , label, answered]) => label === answered).length;
    assert.equal(wa.value, right / expected.length);
    assert.equal(
      confusion.flat().reduce((sum, value) => sum + value, 0),
      4,
    );
    // Nobody else is "ben".
    assert.deepEqual([how.others, how.seed, how.speakers, how.fewest, how.utterances], [others, seed, 2, 0, 4]);

    await evaluate("--csv", csv);
    assert.notDeepEqual(read(csv), expected, "without --adapt the answers are others");
    assert.equal(read(csv).at(-1)!.join(), expected.at(-1)!.join(), "but for the speaker with one recording");
  });
}

test("for a person: the adapted figures beside the others", async () => {
  const { stdout } = await evaluate("--adapt", "3");
  assert.match(stdout, /\nAdapted: after 0 to 3 other recordings of the same speaker, without their labels \(2 speakers, seed 0\)\n/);
  assert.match(stdout, /\n {4,}figure +95 % interval +adapted +95 % interval\n {2}WA +[\d.]+ % +[\d.]+ % to [\d.]+ % +[\d.]+ % /);
  assert.match(stdout, /\nAccepted: .*\nAccepted, adapted: \d.*\n/);
  assert.match(stdout, /\nThe same, adapted\n +true +utterances/);
});

test("--crops: the answers of a recognizer with crops, also after others", async () => {
  const csv = join(work, "crops.csv");
  const { stdout } = await evaluate("--crops", "3", "--csv", csv, "--json");
  assert.equal((JSON.parse(stdout) as EvaluationReport).crops, 3);
  const recognizer = await createRecognizer({ model, crops: 3 });
  const answers = new Map(labeled().map((file) => [file, recognizer.classify(sounds.get(file)!, HZ)]));
  assert.deepEqual(read(csv), rowsOf(answers));
});

test("what cannot be adapted: one sentence, exit code 1", async () => {
  const stranger = join(work, "strangers");
  mkdirSync(join(stranger, "class 0"), { recursive: true });
  const file = join(stranger, "class 0", "a.wav");
  writeFileSync(file, wavFile(voice(100)));
  const other = await plainBuild("micro");
  const spoken = join(work, "anger", "anna");
  mkdirSync(spoken, { recursive: true });
  writeFileSync(join(spoken, "a.wav"), wavFile(voice(100)));
  const cases: [string[], string][] = [
    [
      [model, "--data", stranger],
      `${file}: who speaks is not known; put recordings into folders of speakers as well (anger/SPEAKER/x.wav), or give them EMO-DB's names (03a01Fa.wav)`,
    ],
    [
      [other, "--data", work],
      `${other}: this model does not adapt to a speaker, because its manifest has no normalization; remove --adapt, or use a model that has one`,
    ],
  ];
  for (const [parameters, sentence] of cases) {
    const { code, stdout, stderr } = await lightSernetAgain(["evaluate", ...parameters, "--adapt", "2"]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.ok(stderr.endsWith(`light-sernet: ${sentence}\n`), stderr);
  }
});
