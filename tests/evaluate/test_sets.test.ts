import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import type { Folds } from "../../ts-tools/evaluate/folds.js";
import { setsOfFolds, wholeSet } from "../../ts-tools/evaluate/test_sets.js";
import { type DataSet, findUtterances } from "../../ts-tools/evaluate/utterances.js";

const CLASSES = ["calm", "anger"];
const FILES = ["anger/1.wav", "anger/s/3.WAV", "calm/1.wav", "calm/1.5.wav", "03a01Wa.wav", "noise.wav", "notes.txt"];
let work: string;
let data: DataSet;

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-sets-"));
  for (const file of FILES) {
    mkdirSync(join(work, dirname(file)), { recursive: true });
    writeFileSync(join(work, file), "");
  }
  data = await findUtterances(work);
});
after(() => rmSync(work, { recursive: true }));

function folds(...tests: string[][]): Folds {
  return { file: "folds.json", protocol: "loso", folds: tests.map((list, index) => ({ name: `f${index}`, model: "m", test: list })) };
}

test("utterances: the file's name, with its folders where that is not unique", () => {
  assert.deepEqual(
    data.utterances.map(({ name, place }) => [name, place]),
    [
      ["03a01Wa", "03a01Wa"],
      ["anger/1", "anger/1"],
      ["3", "anger/s/3"],
      ["1.5", "calm/1.5"],
      ["calm/1", "calm/1"],
      ["noise", "noise"],
    ],
  );
  assert.equal(data.utterances[2]!.file, join(work, "anger", "s", "3.WAV"));
  assert.deepEqual(data.unreadable, []);
});

test("a folder without WAV files, a file, nothing", async () => {
  mkdirSync(join(work, "empty"));
  const empty = await findUtterances(join(work, "empty"));
  assert.deepEqual([empty.utterances.length, empty.unreadable.length], [0, 1]);
  const file = join(work, "noise.wav");
  await assert.rejects(findUtterances(file), { message: `${file} is not a folder; name the folder of a dataset` });
  await assert.rejects(findUtterances(join(work, "missing")), { code: "ENOENT" });
});

test("a single model: what has a label, by name", () => {
  const { fold, model, utterances } = wholeSet("m", data, CLASSES);
  assert.deepEqual([fold, model], ["", "m"]);
  assert.deepEqual(
    utterances.map(({ name, label }) => [name, label]),
    [
      ["03a01Wa", 1],
      ["1.5", 0],
      ["3", 1],
      ["anger/1", 1],
      ["calm/1", 0],
    ],
  );
  assert.throws(() => wholeSet("m", data, ["tired", "1"]), {
    message: `${work}: none of its recordings has a label; put them into folders named after the model's classes (tired, 1), or give them EMO-DB's names (03a01Fa.wav)`,
  });
});

test("folds: in their order, each by name; utterances by name or by place", () => {
  const sets = setsOfFolds(folds(["calm/1", "1.5"], ["anger/s/3", "03a01Wa"]), data, CLASSES);
  assert.deepEqual(
    sets.map(({ fold, utterances }) => [fold, utterances.map(({ name, label }) => [name, label])]),
    [
      [
        "f0",
        [
          ["1.5", 0],
          ["calm/1", 0],
        ],
      ],
      [
        "f1",
        [
          ["03a01Wa", 1],
          ["anger/s/3", 1],
        ],
      ],
    ],
  );
});

test("folds that do not fit the data: one sentence each", () => {
  const cases: [string[][], string][] = [
    [[["3"], ["1.5", "3"]], 'folds.json: fold "f1" tests "3", and so does fold "f0"; keep an utterance in one test list only'],
    [[["3", "anger/s/3"]], 'folds.json: fold "f0" tests "anger/s/3", and so does fold "f0"; keep an utterance in one test list only'],
    [
      [["3", "__proto__"]],
      `folds.json: fold "f0" tests "__proto__", and ${work} has no such recording; name the folder that has it with --data`,
    ],
    [[["3.WAV"]], `folds.json: fold "f0" tests "3.WAV", and ${work} has no such recording; name the folder that has it with --data`],
    [
      [["1"]],
      `folds.json: fold "f0" tests "1", and ${work} has 2 recordings of that name; write its folders before the name, as in "anger/1"`,
    ],
    [
      [["noise"]],
      `folds.json: fold "f0" tests "noise", and ${join(work, "noise.wav")} has no label; put it into a folder named after one of the model's classes (calm, anger)`,
    ],
  ];
  for (const [tests, message] of cases) assert.throws(() => setsOfFolds(folds(...tests), data, CLASSES), { message });
});
