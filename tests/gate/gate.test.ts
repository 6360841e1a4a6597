/** The voice gate against its reference, to the bit. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { gateBytes, gateMemory, loadGate } from "../../ts-tools/emit/gate.js";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import { GATE_TAPS, parseGate } from "../../ts-tools/model/gate.js";
import { nameModel, planModel } from "../module/built_model.js";
import { gateListener } from "../reference/gate.js";
import { repositoryRoot } from "../support/paths.js";
import { Random } from "../support/random.js";
import { compileGate, type GateModule } from "./gate_module.js";

const gate = loadGate();
const BANDS = REFERENCE_FRONT_END.melBands;
/** ln 1e-6, of a frame of zeros. */
const SILENT = Math.fround(Math.log(1e-6));
let modules: GateModule[];

before(async () => {
  const plan = { name: "gate", frontEnd: REFERENCE_FRONT_END, widths: [4, 4, 4, 4, 4, 4, 4, 4], classes: 2, seed: 1 } as const;
  const named = nameModel(plan.name, planModel({ ...plan, widths: [...plan.widths] }), plan.frontEnd);
  modules = [await compileGate(named, "scalar"), await compileGate(named, "simd")];
});

/** Frames whose loudness, shape and pace change as those of speech and noises do, and some that no sound has. */
function* randomFrames(count: number, random: Random): Generator<Float32Array> {
  let level = -6;
  let tilt = 0;
  for (let frame = 0; frame < count; frame++) {
    if (random.unit() < 0.05) level = random.between(-14, 6);
    if (random.unit() < 0.1) tilt = random.between(-6, 6);
    const kind = random.unit();
    const spread = kind < 0.1 ? 0 : random.between(0, 2);
    yield Float32Array.from({ length: BANDS }, (_, band) => {
      if (kind < 0.05) return SILENT;
      if (kind > 0.98) return random.between(-100, 100);
      return Math.max(SILENT, level + (tilt * band) / BANDS + spread * random.normal());
    });
  }
}

test("features, scores and answers are the reference's for random frames, scalar and in vectors", () => {
  for (const [seed, { exports, memory }] of [1, 2, 3].flatMap((seed) => modules.map((module) => [seed, module] as const))) {
    exports.startGate();
    const listen = gateListener(gate);
    let changes = 0;
    let before = false;
    const seen = new Set<number>();
    for (const mel of randomFrames(3000, new Random(seed))) {
      new Float32Array(memory.buffer, exports.melAddress(), BANDS).set(mel);
      const speaking = exports.gateFrame() !== 0;
      const expected = listen(mel);
      assert.equal(exports.gateScore(), expected.score);
      assert.equal(speaking, expected.speaking);
      if (speaking !== before) changes++;
      before = speaking;
      seen.add(expected.score);
    }
    assert.ok(changes > 4, `${changes} changes`);
    assert.ok(seen.size > 1000, `${seen.size} different scores`);
  }
});

test("the features by themselves, ties of the rounding and shifts of negative numbers included", () => {
  const { exports, memory } = modules[0]!;
  const view = () => new Float32Array(memory.buffer, exports.melAddress(), BANDS);
  exports.startBands();
  const listen = gateListener(gate);
  const random = new Random(9);
  for (let frame = 0; frame < 2000; frame++) {
    // Multiples of 1/32 of a neper: sums are exact, and every other mean is a tie.
    const mel = Float32Array.from({ length: BANDS }, () => random.integer(-330, 150) / 32);
    view().set(mel);
    exports.bandFeatures();
    const { features } = listen(mel);
    assert.deepEqual([...new Int16Array(memory.buffer, exports.valuesAddress(), features.length)], features);
  }
});

test("the reference is what the gate was trained with: the implementation in Python (training/gate/integer.py)", () => {
  const file = join(repositoryRoot, "tests", "fixtures", "gate.json");
  const { mel64, scores, speaking } = JSON.parse(readFileSync(file, "utf8")) as { mel64: number[][]; scores: number[]; speaking: number[] };
  const listen = gateListener(gate);
  const heard = mel64.map((mel) => listen(Float32Array.from(mel, (value) => value / 64)));
  assert.deepEqual(
    heard.map(({ score }) => score),
    scores,
  );
  assert.deepEqual(
    heard.map((frame) => Number(frame.speaking)),
    speaking,
  );
});

test("a gate that looks back or ahead by no number of frames is refused", () => {
  for (const lookBack of [0, 1.5, 32, undefined]) {
    assert.throws(
      () => parseGate(JSON.stringify({ ...gate, lookBack }), "gate.json"),
      /^ModelError: gate\.json: lookBack is not an integer from 1 to 31; make it/,
    );
  }
  assert.throws(() => parseGate(JSON.stringify({ ...gate, lookAhead: "4" }), "gate.json"), /lookAhead is not an integer/);
});

test("startGate() forgets everything", () => {
  const { exports, memory } = modules[0]!;
  const scores = (): number[] => {
    exports.startGate();
    return [...randomFrames(300, new Random(5))].map((mel) => {
      new Float32Array(memory.buffer, exports.melAddress(), BANDS).set(mel);
      return exports.gateFrame() + 2 * exports.gateScore();
    });
  };
  const first = scores();
  assert.deepEqual(scores(), first);
});

test("weights, state and layout keep their ceilings", () => {
  const { floors, rows, means, scratch } = gateMemory(gate);
  assert.ok(gateBytes(gate).length <= 4096, `${gateBytes(gate).length} bytes of weights`);
  assert.ok(floors + rows + means <= 1400, `${floors + rows + means} bytes of state`);
  assert.ok(scratch <= 4 * REFERENCE_FRONT_END.frameSamples, `${scratch} bytes where the spectrum was`);
  const largestSum = (weights: readonly number[], inputs: number, largest: number): number =>
    Math.max(
      ...Array.from({ length: weights.length / inputs }, (_, row) =>
        weights.slice(row * inputs, (row + 1) * inputs).reduce((sum, weight) => sum + Math.abs(weight) * largest, 0),
      ),
    );
  for (const block of gate.blocks) {
    const convolved = (255 * 127 * (GATE_TAPS + 1)) / 64;
    assert.ok(convolved < 32768 && largestSum(block.weights, gate.channels, convolved) < 2 ** 30);
  }
});
