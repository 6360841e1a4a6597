/**
 * The model that ships, at full width, on random windows: reference, Node, and the WASI command in one process, to the bit. LIGHT_SERNET_THOROUGH=1: 1,000
 * windows (a quarter of an hour), otherwise a few.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findWasmtime } from "../../ts-tools/host/wasmtime.js";
import { parseManifest } from "../../ts-tools/model/parse_manifest.js";
import { readWeights } from "../../ts-tools/model/weights_file.js";
import { Classifier } from "../../ts-tools/runtime/classifier.js";
import { Engine } from "../../ts-tools/runtime/engine.js";
import type { Recognition } from "../../ts-tools/runtime/result.js";
import { wavOf } from "../../ts-tools/sounds/pcm.js";
import { classifyWindow } from "../reference/classify.js";
import { repositoryRoot } from "../support/paths.js";
import { Random } from "../support/random.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { THOROUGH } from "./cases.js";

const WINDOWS = THOROUGH ? 1000 : 12;
const build = (name: string): Buffer => readFileSync(join(repositoryRoot, "build", name));

/** Half windows of noise, tones, pulses and silence at levels from nothing to full scale: every window has two of them. */
function randomSound(length: number, half: number): Int16Array {
  const random = new Random(2026);
  const sound = new Int16Array(length);
  for (let begin = 0; begin < length; begin += half) {
    const level = 32767 * random.unit() ** 3;
    const frequency = 50 + 7000 * random.unit() ** 2;
    const kind = Math.floor(random.between(0, 5));
    for (let index = begin; index < Math.min(length, begin + half); index++) {
      const tone = Math.sin((2 * Math.PI * frequency * index) / 16000);
      const noise = random.between(-1, 1);
      const values = [noise, tone, 0.7 * tone + 0.3 * noise, index % Math.ceil(16000 / frequency) === 0 ? 1 : 0, 0];
      sound[index] = Math.round(level * values[kind]!);
    }
  }
  return sound;
}

test("the model that ships: random windows in the reference, in Node and in the WASI command", { skip: skipWithoutWasmtime }, async (t) => {
  const manifest = parseManifest(build("model.json").toString(), "model.json");
  const model = readWeights(build("weights.bin"), manifest, "weights.bin");
  const frontEnd = { ...manifest.frontEnd, normalization: manifest.normalization! };
  const window = frontEnd.windowSamples;
  const sound = randomSound(((WINDOWS + 1) * window) / 2, window / 2);
  const classifier = new Classifier(await Engine.create(await WebAssembly.compile(build("light-sernet.wasm") as Uint8Array<ArrayBuffer>)));
  const command = spawnSync(findWasmtime(), ["run", join(repositoryRoot, "build", "light-sernet-cli.wasm")], {
    input: wavOf(sound, 16000),
    maxBuffer: 1 << 28,
  });
  assert.equal(command.status, 0, String(command.stderr));
  const { segments } = JSON.parse(String(command.stdout)) as Recognition;
  assert.equal(segments.length, WINDOWS);
  const different = new Set<string>();
  for (const [index, segment] of segments.entries()) {
    const samples = sound.slice((index * window) / 2, (index * window) / 2 + window);
    const expected = classifyWindow(samples, model, frontEnd);
    const node = classifier.classify([samples]);
    assert.equal(node.level, expected.level, `level of window ${index}`);
    assert.deepEqual([...node.logits], [...expected.logits], `Node, window ${index}`);
    assert.deepEqual([...node.probabilities], [...expected.probabilities], `Node's probabilities, window ${index}`);
    assert.deepEqual(Object.values(segment.logits), [...expected.logits], `WASI command, window ${index}`);
    assert.equal(Math.fround(segment.voice!), expected.voice, `WASI command's voice, window ${index}`);
    different.add(node.logits.join());
  }
  t.diagnostic(`${WINDOWS} windows, ${different.size} different logits`);
  assert.ok(different.size > WINDOWS / 2);
});
