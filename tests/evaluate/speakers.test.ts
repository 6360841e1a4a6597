import assert from "node:assert/strict";
import { test } from "node:test";
import { Speakers, speakerOf } from "../../ts-tools/evaluate/speakers.js";
import type { DataSet } from "../../ts-tools/evaluate/utterances.js";

const CLASSES = ["calm", "anger"];

test("the speaker: in EMO-DB's names, else the folders that are not classes", () => {
  const places: Readonly<Record<string, string | undefined>> = {
    "anger/anna/x": "anna",
    "anna/anger/x": "anna",
    "set/anger/anna/calm/x": "set/anna",
    "anger/x": undefined,
    x: undefined,
    "03a01Wa": "03",
    "wav/16b10Td": "16",
    "anger/anna/16b10Td": "16",
    "anger/anna/16b10Xd": "anna",
  };
  for (const [place, speaker] of Object.entries(places)) assert.equal(speakerOf(place, CLASSES), speaker, place);
});

function dataSet(count: number): DataSet {
  const utterances = ["anna", "ben"].flatMap((speaker) =>
    Array.from({ length: count }, (_, index) => ({ name: `${index}`, file: `${speaker}${index}`, place: `calm/${speaker}/${index}` })),
  );
  return { folder: "d", utterances: [...utterances, { name: "x", file: "x", place: "calm/x" }], unreadable: [], notes: [] };
}

test("all other files of the speaker, in an order that the seed draws", () => {
  const data = dataSet(12);
  const [speakers, again, others] = [0, 0, 1].map((seed) => new Speakers(data, CLASSES, seed)) as [Speakers, Speakers, Speakers];
  const orders = new Set<string>();
  for (const { file } of data.utterances.slice(0, 24)) {
    const drawn = speakers.othersOf(file);
    const own = data.utterances.map((utterance) => utterance.file).filter((other) => other.slice(0, 3) === file.slice(0, 3));
    assert.deepEqual([...drawn].sort(), own.filter((other) => other !== file).sort());
    assert.deepEqual(again.othersOf(file), drawn);
    assert.notDeepEqual(others.othersOf(file), drawn);
    orders.add(drawn.map((other) => other.slice(3)).join());
  }
  assert.equal(orders.size, 24);
  assert.deepEqual(new Speakers(dataSet(1), CLASSES, 0).othersOf("anna0"), []);
});

test("each of the others comes first about as often as any", () => {
  const data = dataSet(5);
  const first = new Map<string, number>();
  for (let seed = 0; seed < 2000; seed++) {
    const [drawn] = new Speakers(data, CLASSES, seed).othersOf("anna2");
    first.set(drawn!, (first.get(drawn!) ?? 0) + 1);
  }
  assert.equal(first.size, 4);
  // Six standard deviations of 2000 draws with a probability of 1/4.
  for (const [file, count] of first) assert.ok(Math.abs(count - 500) < 6 * Math.sqrt(375), `${file} ${count} times`);
});

test("a file whose speaker is not known: one sentence", () => {
  const speakers = new Speakers(dataSet(2), CLASSES, 0);
  assert.throws(() => speakers.of("x"), /^Error: x: who speaks is not known; put recordings into folders of speakers as well/);
});
