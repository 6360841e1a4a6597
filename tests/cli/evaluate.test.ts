import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { csvRow } from "../../ts-tools/cli/csv.js";
import type { EvaluationReport } from "../../ts-tools/cli/evaluate_output.js";
import { lightSernetAgain, lines } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";

const MODEL = join(repositoryRoot, "build");
const CLASSES = ["boredom", "neutral", "sadness", "fear", "anger", "disgust", "happiness"];
/** How the shipped examples are laid out as a dataset: two folders of classes, an EMO-DB name, and one without a label. */
const DATA: Readonly<Record<string, string>> = {
  "anger/speech.wav": "speech.wav",
  "anger/s1/long.wav": "long.wav",
  "fear/s1/stereo.WAV": "stereo-44100hz-16bit.wav",
  "fear/float.wav": "mono-22050hz-float.wav",
  "03a01Ta.wav": "mono-8000hz-8bit.wav",
  "other/unlabeled.wav": "mono-48000hz-24bit.wav",
};
const LABELS: Readonly<Record<string, string>> = { "03a01Ta": "sadness", float: "fear", long: "anger", speech: "anger", stereo: "fear" };

let work: string;
let data: string;

before(() => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-evaluate-"));
  data = join(work, "data");
  for (const [place, example] of Object.entries(DATA)) {
    mkdirSync(join(data, dirname(place)), { recursive: true });
    copyFileSync(join(repositoryRoot, "examples", example), join(data, place));
  }
  copyModel("model");
});
after(() => rmSync(work, { recursive: true }));

const evaluate = (dir: string, ...parameters: string[]) => lightSernetAgain(["evaluate", dir, "--data", data, ...parameters]);
const rowsOf = (csv: string) => lines(csv).map((line) => line.split(","));

/** What `classify` answers to the files of the dataset, by utterance: label, voice, activation, valence and probabilities as printed. */
async function classified(...parameters: string[]): Promise<Map<string, string[]>> {
  const { stdout } = await lightSernetAgain(["classify", "--model", MODEL, "--csv", ...parameters, data]);
  const rows = rowsOf(stdout).slice(1);
  return new Map(rows.map(([file, label, , , , ...numbers]) => [/([^/\\]+)\.wav$/i.exec(file!)![1]!, [label!, ...numbers.slice(0, -1)]]));
}

/** A folder of folds. */
function writeFolds(name: string, folds: unknown): string {
  const folder = join(work, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "folds.json"), typeof folds === "string" ? folds : JSON.stringify(folds));
  return folder;
}

/** A copy of the built model in its scalar build; its class "boredom" may get another name, as long as the old one. */
function copyModel(name: string, boredom = "boredom"): void {
  mkdirSync(join(work, name));
  for (const file of ["light-sernet.wasm", "model.json"]) {
    const text = readFileSync(join(MODEL, file), "latin1");
    assert.ok(text.includes("boredom"));
    writeFileSync(join(work, name, file), text.replaceAll("boredom", boredom), "latin1");
  }
}

test("a single model: the answers of classify, figures of them, what is left out on stderr", async () => {
  const csv = join(work, "deep", "single.csv");
  const { code, stdout, stderr } = await evaluate(MODEL, "--json", "--csv", csv);
  assert.equal(stderr, "light-sernet: note: recordings left out: 1 without a label\n");
  assert.equal(code, 0);
  const answers = await classified();
  const expected = Object.entries(LABELS).map(([utterance, label]) => [utterance, "", label, ...answers.get(utterance)!]);
  assert.deepEqual(rowsOf(readFileSync(csv, "utf8")), [
    ["utterance", "fold", "true", "predicted", "voice", "activation", "valence", ...CLASSES],
    ...expected,
  ]);
  assert.deepEqual(readdirSync(dirname(csv)), ["single.csv"]);

  const report = JSON.parse(stdout) as EvaluationReport;
  assert.deepEqual(report.classes, CLASSES);
  assert.deepEqual([report.protocol, report.build, report.long, report.utterances], [null, "auto", "windows", 5]);
  assert.deepEqual(report.leftOut, { unlabeled: 1, untested: 0, failed: 0 });
  assert.ok(!("failures" in report));
  const { id, sha256 } = JSON.parse(readFileSync(join(MODEL, "model.json"), "utf8")) as { id: string; sha256: string };
  assert.deepEqual(report.models, [{ fold: "", id, sha256, tested: 5 }]);
  const right = (names: string[]) => names.filter((name) => answers.get(name)![0] === LABELS[name]).length;
  assert.equal(report.wa.value, right(Object.keys(LABELS)) / 5);
  assert.deepEqual(report.recall, {
    boredom: null,
    neutral: null,
    sadness: right(["03a01Ta"]),
    fear: right(["float", "stereo"]) / 2,
    anger: right(["long", "speech"]) / 2,
    disgust: null,
    happiness: null,
  });
  assert.deepEqual(
    report.confusion.map((row) => row.reduce((sum, value) => sum + value, 0)),
    [0, 0, 1, 2, 2, 0, 0],
  );
  for (const { low, value, high } of [report.wa, report.ua, report.f1]) assert.ok(low <= value && value <= high);
});

test("for a person: a table that repeats to the character", async () => {
  const { code, stdout } = await evaluate(MODEL);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^emodb-\S+, one model; on recordings that it was trained on, these figures do not measure accuracy\nUtterances: 5; left out: 1 without a label\n/,
  );
  assert.match(stdout, /\n {2}WA +\d+\.\d % +\d+\.\d % to \d+\.\d %\n {2}UA .*\n {2}macro F1 /);
  assert.match(stdout, /\n {2}true +utterances +recall +boredom +neutral +sadness +fear +anger +disgust +happiness\n {2}boredom +0 +- +0/);
  const { acceptThreshold } = JSON.parse(readFileSync(join(MODEL, "model.json"), "utf8")) as { acceptThreshold: number };
  const answers = await classified();
  const accepted = Object.keys(LABELS).filter((name) => {
    const [voice, , , ...probabilities] = answers.get(name)!.slice(1).map(Number) as [number, ...number[]];
    return voice >= 0.5 && Math.max(...probabilities) >= acceptThreshold;
  });
  const right = accepted.filter((name) => answers.get(name)![0] === LABELS[name]);
  const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
  assert.ok(accepted.length > 0);
  assert.ok(
    stdout.includes(
      `\nAccepted: ${accepted.length} (${share(accepted.length, 5)}), ${share(right.length, accepted.length)} of them correct\n`,
    ),
    stdout,
  );
  assert.equal((await evaluate(MODEL)).stdout, stdout);
});

test("folds: each on its own utterances, in their order; two may share a model; the center", async () => {
  const folder = writeFolds("folds", {
    protocol: "loso",
    folds: [
      { name: "s2", model: "../model", test: ["speech", "fear/float"] },
      { name: "s1", model: "../model", test: ["stereo", "long"] },
    ],
  });
  const csv = join(work, "folds.csv");
  writeFileSync(csv, "old");
  const { code, stdout, stderr } = await evaluate(folder, "--protocol", "loso", "--long", "center", "--json", "--csv", csv);
  assert.equal(stderr, "light-sernet: note: recordings left out: 2 in no fold's test list\n");
  assert.equal(code, 0);
  const answers = await classified("--long", "center");
  assert.notDeepEqual(answers.get("long"), (await classified()).get("long"));
  assert.deepEqual(rowsOf(readFileSync(csv, "utf8")).slice(1), [
    ["fear/float", "s2", "fear", ...answers.get("float")!],
    ["speech", "s2", "anger", ...answers.get("speech")!],
    ["long", "s1", "anger", ...answers.get("long")!],
    ["stereo", "s1", "fear", ...answers.get("stereo")!],
  ]);
  const report = JSON.parse(stdout) as EvaluationReport;
  assert.deepEqual([report.protocol, report.long, report.utterances], ["loso", "center", 4]);
  assert.deepEqual(report.leftOut, { unlabeled: 0, untested: 2, failed: 0 });
  assert.deepEqual(
    report.models.map(({ fold, tested }) => [fold, tested]),
    [
      ["s2", 2],
      ["s1", 2],
    ],
  );
  assert.match(
    (await evaluate(folder)).stdout,
    /^2 folds \(loso\): every model is tested on speakers that it was trained without\nUtterances: 4; left out: 2 in no fold's test list\n/,
  );
  assert.deepEqual(await evaluate(folder, "--protocol", "random"), {
    code: 1,
    stdout: "",
    stderr: `light-sernet: ${join(folder, "folds.json")} has the folds of loso, not of random; remove --protocol, or name the folder of those folds\n`,
  });
});

test("a file that cannot be read: a sentence, the others are still done, exit code 1", async () => {
  const some = join(work, "some");
  mkdirSync(join(some, "anger"), { recursive: true });
  copyFileSync(join(data, "03a01Ta.wav"), join(some, "anger", "good.wav"));
  writeFileSync(join(some, "anger", "bad.wav"), "no sound");
  const csv = join(work, "some.csv");
  const { code, stdout, stderr } = await lightSernetAgain(["evaluate", MODEL, "--data", some, "--csv", csv]);
  assert.equal(code, 1);
  assert.match(stderr, /^light-sernet: .*bad\.wav: [^\n]+\n$/);
  assert.match(stdout, /\nUtterances: 1; left out: 1 that could not be read\n/);
  const [head, good, bad] = rowsOf(readFileSync(csv, "utf8"));
  const sentence = stderr.trim().split("bad.wav: ")[1]!;
  assert.deepEqual([head!.at(-1), good!.at(-1), good!.length], ["error", "", head!.length]);
  assert.deepEqual(bad, ["bad", "", "anger", "", ...head!.slice(5).map(() => ""), csvRow([sentence])]);
  const report = JSON.parse((await lightSernetAgain(["evaluate", MODEL, "--data", some, "--json"])).stdout) as EvaluationReport;
  assert.deepEqual(report.failures, [{ file: join(some, "anger", "bad.wav"), utterance: "bad", error: sentence }]);

  rmSync(join(some, "anger", "good.wav"));
  rmSync(csv);
  const none = await lightSernetAgain(["evaluate", MODEL, "--data", some, "--csv", csv]);
  assert.deepEqual([none.code, none.stdout], [1, ""]);
  assert.ok(
    none.stderr.endsWith(`light-sernet: ${some}: no recording could be read, so there are no figures; use readable files\n`),
    none.stderr,
  );
  assert.ok(!existsSync(csv));
  assert.deepEqual(
    readdirSync(work).filter((name) => name.endsWith(".part")),
    [],
  );
});

test("what cannot be evaluated: one sentence that says what to do, exit code 1", async () => {
  mkdirSync(join(work, "empty"));
  mkdirSync(join(work, "a-folder.csv"));
  mkdirSync(join(work, "labelless"));
  copyFileSync(join(data, "03a01Ta.wav"), join(work, "labelless", "x.wav"));
  copyModel("renamed", "tedious");
  mkdirSync(join(work, "unbuilt"));
  copyFileSync(join(MODEL, "model.json"), join(work, "unbuilt", "model.json"));
  const one = (fold: object) => ({
    protocol: "random",
    folds: [
      { name: "0", model: "../model", test: ["long"] },
      { name: "1", model: "../model", test: ["stereo"], ...fold },
    ],
  });
  const folder = (name: string, fold: object) => writeFolds(name, one(fold));
  const sentence = (name: string, text: string) => `${join(work, name, "folds.json")}: ${text}`;

  const cases: [string[], string][] = [
    [
      [MODEL, "--data", data, "--protocol", "loso"],
      `${MODEL} is a single model, which has no folds, so it may have been trained on these recordings; remove --protocol, or name a folder with a folds.json`,
    ],
    [
      [join(work, "empty"), "--data", data],
      `${join(work, "empty")} has neither a built model (model.json) nor folds (folds.json); name a folder that has one of them`,
    ],
    [[join(work, "missing"), "--data", data], `${join(work, "missing")}: there is no such file or folder; check the path`],
    [[MODEL, "--data", join(work, "missing")], `${join(work, "missing")}: there is no such file or folder; check the path`],
    [
      [MODEL, "--data", join(work, "empty")],
      `${join(work, "empty")}: this folder has no sound files (.wav, .flac, .mp3, ...); name one that does`,
    ],
    [
      [MODEL, "--data", join(work, "labelless")],
      `${join(work, "labelless")}: none of its recordings has a label; put them into folders named after the model's classes (${CLASSES.join(", ")}), or give them EMO-DB's names (03a01Fa.wav)`,
    ],
    [
      [MODEL, "--data", data, "--csv", join(data, "03a01Ta.wav", "x.csv")],
      `${join(data, "03a01Ta.wav")}: there is a file where a folder is needed; choose another place`,
    ],
    [
      [join(work, "model"), "--data", data, "--build", "relaxed"],
      `${join(work, "model", "light-sernet.relaxed.wasm")} is missing: that folder has no relaxed build; use --build auto, or build the model again with --profile all`,
    ],
    [[writeFolds("broken", "{"), "--data", data], `${join(work, "broken", "folds.json")} is not JSON; correct it.`],
    [
      [folder("twice", { test: ["stereo", "long"] }), "--data", data],
      sentence("twice", 'fold "1" tests "long", and so does fold "0"; keep an utterance in one test list only'),
    ],
    [
      [folder("absent", { test: ["03a01Fa"] }), "--data", data],
      sentence("absent", `fold "1" tests "03a01Fa", and ${data} has no such recording; name the folder that has it with --data`),
    ],
    [
      [folder("no-model", { model: "1/int8" }), "--data", data],
      sentence(
        "no-model",
        `the model of fold "1" cannot be used: ${join(work, "no-model", "1", "int8")} has no built model (no model.json); use a folder that "light-sernet build SOURCE --out DIR" has written`,
      ),
    ],
    [
      [folder("no-module", { model: "../unbuilt" }), "--data", data],
      sentence(
        "no-module",
        `the model of fold "1" cannot be used: ${join(work, "unbuilt", "light-sernet.wasm")} is missing; build the model again with "light-sernet build"`,
      ),
    ],
    [
      [folder("classes", { model: "../renamed" }), "--data", data],
      sentence(
        "classes",
        `the models of folds "0" and "1" have different classes (${CLASSES.join(", ")}; tedious, ${CLASSES.slice(1).join(", ")}); build all of them with the same --classes`,
      ),
    ],
  ];
  for (const [parameters, expected] of cases) {
    assert.deepEqual(await lightSernetAgain(["evaluate", ...parameters]), {
      code: 1,
      stdout: "",
      stderr: `light-sernet: ${expected}\n`,
    });
  }

  // The figures of all that work are not lost.
  const blocked = await evaluate(MODEL, "--csv", join(work, "a-folder.csv"));
  assert.equal(blocked.code, 1);
  assert.match(blocked.stdout, /\nUtterances: 5/);
  assert.match(blocked.stderr, /a-folder\.csv is a folder where a file is needed; remove it, or choose another place\n$/);
});
