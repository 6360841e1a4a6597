import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Classifier } from "../../ts-tools/runtime/classifier.js";
import { Engine } from "../../ts-tools/runtime/engine.js";
import { levelOf, levelSamples } from "../../ts-tools/runtime/level.js";
import { applyLevel, levelOf as referenceLevel } from "../reference/level.js";
import { narrowBuild } from "../support/narrow_build.js";
import { Random } from "../support/random.js";
import { noise, square, voice } from "../support/sounds.js";

const SOUNDS: [string, Int16Array][] = [
  ["nothing", new Int16Array(0)],
  ["one sample", Int16Array.of(-32768)],
  ["silence", new Int16Array(1000)],
  ["square", square(4801)],
  ["quiet", noise(3000, 1)],
  ["noise", noise(47999, 32767, 3)],
  ["voice", voice(48000)],
  ["1001 samples", noise(1001, 900, 5)],
];

test("level and leveled samples are the reference's, bit for bit", () => {
  for (const [name, sound] of SOUNDS) {
    const level = levelOf(sound);
    assert.equal(level, referenceLevel(sound), name);
    assert.deepEqual(levelSamples(sound, level), applyLevel(sound, level), name);
  }
});

test("any level of any sample", () => {
  const random = new Random(11);
  const samples = Int16Array.from({ length: 200 }, () => random.integer(-32768, 32767));
  samples.set([-32768, 32767, 0, 1, -1]);
  for (let round = 0; round < 300; round++) {
    const level = random.integer(0, 1) === 0 ? random.integer(0, 5000) : random.integer(0, 32768000);
    assert.deepEqual(levelSamples(samples, level), applyLevel(samples, level), `level ${level}`);
  }
});

test("the module's level passes find the same level", async () => {
  const { folder } = await narrowBuild();
  const classifier = new Classifier(await Engine.create(await WebAssembly.compile(await readFile(join(folder, "light-sernet.wasm")))));
  for (const [name, sound] of SOUNDS) {
    assert.equal(classifier.level([sound]), levelOf(sound), name);
    assert.equal(classifier.level([sound.subarray(0, 77), sound.subarray(77)]), levelOf(sound), `${name} in two parts`);
  }
});
