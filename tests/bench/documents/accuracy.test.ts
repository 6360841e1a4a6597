/** Figures of accuracy come from the scores of the models that ship. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { accuracyOf, robustness } from "../../../bench/documents/accuracy.js";

const weights = mkdtempSync(join(tmpdir(), "light-sernet-accuracy-"));
after(() => rmSync(weights, { recursive: true }));

const KIND = "full-ce-corpora-free-running";
const rows = (...lines: string[]): string => `${lines.join("\n")}\n`;
const write = (name: string, text: string): void => writeFileSync(join(weights, name), text);

beforeEach(() => {
  rmSync(weights, { recursive: true });
  mkdirSync(join(weights, "results"), { recursive: true });
});

function writeScores(protocol: string): void {
  const interval = { ua: [0.8, 0.9], wa: [0.7, 0.8], f1: [0.6, 0.7] };
  const fits = { "held back, 92%": { corpora: { "EMO-DB": { "": { coverage: 0.5, right: 0.951 } } } } };
  const scores = {
    answers: { int8: { "EMO-DB": { ua: 0.85, wa: 0.75, f1: 0.65, interval } } },
    acceptance: { "largest probability": { fits } },
  };
  write(`results/${protocol}-${KIND}-scores.json`, JSON.stringify(scores));
}

test("scores, and the labels that float and int8 share", () => {
  assert.equal(accuracyOf("loso", "full", weights), undefined);
  writeScores("loso");
  const its = { ua: "85.0 (80.0 to 90.0)", wa: "75.0 (70.0 to 80.0)", f1: "65.0 (60.0 to 70.0)", accepted: "50.0", right: "95.1" };
  assert.deepEqual(accuracyOf("loso", "full", weights), { ...its, same: "" });
  assert.equal(accuracyOf("random", "full", weights), undefined);
  write(
    `results/loso-${KIND}-float32.csv`,
    rows("utterance,fold,true,predicted,a,b", "u,1,a,a,0.9,0.1", "v,1,a,b,0.1,0.9", "w,1,a,b,0.1,0.9", "x,1,a,a,0.9,0.1"),
  );
  write(
    `results/loso-${KIND}-int8.csv`,
    rows("utterance,fold,true,predicted,a,b", "v,1,a,a,0.9,0.1", "u,1,a,a,0.9,0.1", "w,1,a,b,0.1,0.9", "x,1,a,a,0.9,0.1"),
  );
  assert.equal(accuracyOf("loso", "full", weights)?.same, "75.0");
});

test("UA by condition is the mean recall of the classes", () => {
  const lines = ["clean,u,fear,fear", "clean,v,fear,anger", "clean,w,anger,anger", "clean,x,anger,anger", "rain 10 dB,u,fear,fear"];
  write(`results/robustness-loso-${KIND}.csv`, rows("condition,utterance,true,predicted", ...lines));
  assert.deepEqual(
    [...robustness("full", weights)],
    [
      ["clean", 75],
      ["rain 10 dB", 100],
    ],
  );
});
