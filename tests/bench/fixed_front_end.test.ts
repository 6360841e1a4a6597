/** The prototype of bench/fixed_front_end on a recording that ships, beside the module. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { compilePrototype, fixedInputs, hashOf, inputDifferences, mfccOf, writeSettings } from "../../bench/fixed_front_end/prototype.js";
import type { Manifest } from "../../ts-tools/model/model_types.js";
import { parseManifest } from "../../ts-tools/model/parse_manifest.js";
import { largestDifference } from "../../ts-tools/quantize/answer_comparison.js";
import { Engine } from "../../ts-tools/runtime/engine.js";
import { readWavSamples, runNetwork, segmentMfcc } from "../../ts-tools/runtime/features.js";
import { SANITIZE, skipCompiler, skipSanitizer } from "../firmware/c_build.js";
import { repositoryRoot } from "../support/paths.js";

const built = (name: string) => readFileSync(join(repositoryRoot, "build", name));
const manifest = parseManifest(built("model.json").toString(), "model.json");
const { clip, windowSamples } = manifest.frontEnd;

let work: string;
let engine: Engine;
let recording: Int16Array;

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-fixed-"));
  engine = await Engine.create(await WebAssembly.compile(built("light-sernet.wasm")));
  recording = readWavSamples(engine, readFileSync(join(repositoryRoot, "examples", "emodb", "anger_15a04Wb.wav")));
});
after(() => rmSync(work, { recursive: true }));

function inputsOf(settings: Manifest, recordings: readonly Int16Array[], flags?: readonly string[]): Int16Array[] {
  writeSettings(work, settings);
  return fixedInputs(compilePrototype(work, flags), engine, recordings);
}

test("at most 1 input in 100 differs from the module's, by one step; probabilities by at most 0.0005", { skip: skipCompiler }, (t) => {
  const [inputs] = inputsOf(manifest, [recording]);
  const mfcc = segmentMfcc(engine, recording);
  const { equal, largest } = inputDifferences(inputs!, mfcc, clip);
  const difference = largestDifference(runNetwork(engine, mfcc), runNetwork(engine, mfccOf(inputs!, clip)));
  t.diagnostic(`${mfcc.length - equal} of ${mfcc.length} inputs differ, by at most ${largest}; probabilities by at most ${difference}`);
  assert.ok(equal >= 0.99 * mfcc.length && largest <= 1 && difference <= 0.0005);
});

test("seen: another floor of the logarithm", { skip: skipCompiler }, () => {
  const [inputs] = inputsOf({ ...manifest, frontEnd: { ...manifest.frontEnd, logFloor: 2e-6 } }, [recording]);
  assert.ok(inputDifferences(inputs!, segmentMfcc(engine, recording), clip).largest > 1);
});

test("the network takes back the integers that it is given as MFCCs", () => {
  const all = Int16Array.from({ length: 2 * 4095 + 1 }, (_, index) => index - 4095);
  assert.deepEqual(inputDifferences(all, mfccOf(all, clip), clip), { equal: all.length, sum: 0, largest: 0 });
});

test("nothing undefined happens at full scale, in silence and at the quietest; optimized code computes the same", {
  skip: skipSanitizer,
}, () => {
  const sound = (sample: (n: number) => number): Int16Array => Int16Array.from({ length: windowSamples }, (_, n) => sample(n));
  const sounds = [
    sound(() => 0),
    sound(() => -32768),
    sound((n) => (n % 2 === 0 ? 32767 : -32768)),
    sound((n) => (n % 64 < 32 ? 32767 : -32768)),
    sound((n) => (n === 20_000 ? 1 : 0)),
    sound((n) => (n === 3 ? 32767 : n === 20_000 ? 1 : 0)),
    recording,
  ];
  const [silence, ...others] = inputsOf(manifest, sounds, SANITIZE);
  assert.ok(silence!.every((value, index) => value === (index % manifest.frontEnd.coefficients === 0 ? -4095 : 0)));
  assert.deepEqual(
    [silence, ...others].map((inputs) => hashOf(inputs!)),
    inputsOf(manifest, sounds).map(hashOf),
  );
});

test("a model without a normalization is refused", () => {
  const { normalization: _normalization, ...plain } = manifest;
  assert.throws(() => writeSettings(work, plain), { message: /^\S+: the fixed-point front end needs a model with a normalization/ });
});
