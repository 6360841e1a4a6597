import assert from "node:assert/strict";
import { test } from "node:test";
import { caseNote, labelOf } from "../../ts-tools/evaluate/labels.js";

const CLASSES = ["boredom", "neutral", "sadness", "fear", "anger", "disgust", "happiness"];
const name = (place: string, classes = CLASSES) => classes[labelOf(place, classes) ?? -1];

test("the nearest folder that is named as a class", () => {
  assert.equal(name("anger/x"), "anger");
  assert.equal(name("anger/speaker 3/x"), "anger");
  assert.equal(name("set/fear/anger/03/x"), "anger");
  assert.equal(name("Anger/x"), "anger");
  assert.equal(name("angers/x"), undefined);
  assert.equal(name("x/anger"), undefined);
  assert.equal(name("anger"), undefined);
  assert.equal(name("constructor/x"), undefined);
});

test("folders in any case; the exact name goes first", () => {
  for (const folder of ["anger", "Anger", "ANGER", "aNgEr"]) assert.equal(name(`${folder}/03/x`), "anger");
  assert.equal(name("anger/FEAR/x"), "fear");
  assert.equal(name("Calm/x", ["calm", "Calm"]), "Calm");
  assert.equal(name("CALM/x", ["calm", "Calm"]), undefined, "which of the two is not known");
  assert.equal(name("a\u0308rger/x", ["\u00c4rger"]), "\u00c4rger", "as macOS writes it");
  assert.equal(name("ÄRGER/x", ["ärger"]), "ärger");
});

test("a note on folders in another case", () => {
  const note = (...places: string[]) =>
    caseNote({ folder: "d", unreadable: [], notes: [], utterances: places.map((place) => ({ name: place, file: place, place })) }, CLASSES);
  assert.equal(note("anger/x", "03a01Fa", "other/y"), undefined);
  assert.equal(
    note("anger/x", "Anger/y", "ANGER/z", "Fear/anger/x", "s/Sadness/x"),
    "folders taken for classes whose names differ in case: Anger (anger), ANGER (anger), Sadness (sadness)",
  );
});

test("EMO-DB's file names", () => {
  const letters = { W: "anger", L: "boredom", E: "disgust", A: "fear", F: "happiness", T: "sadness", N: "neutral" };
  for (const [letter, expected] of Object.entries(letters)) {
    assert.equal(name(`03a01${letter}a`), expected);
    assert.equal(name(`wav/16b10${letter}d`), expected);
  }
  for (const other of ["03a01Xa", "03a01F", "03a01Fab", "3a01Fa", "xxa01Fa", "03a01fa", "03a0 Fa", "", "03a01Fa\n"])
    assert.equal(name(other), undefined, other);
});

test("a folder goes before the file's name", () => {
  assert.equal(name("sadness/03a01Fa"), "sadness");
  assert.equal(name("other/03a01Fa"), "happiness");
});

test("only classes that the model has", () => {
  assert.equal(name("03a01Wa", ["calm", "anger"]), "anger");
  assert.equal(name("03a01Fa", ["calm", "anger"]), undefined);
  assert.equal(name("boredom/x", ["calm", "anger"]), undefined);
});
