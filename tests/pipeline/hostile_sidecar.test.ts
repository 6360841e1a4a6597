/** `light-sernet.json`, `budget.json` and names from a person, hostile: refused in one sentence, at once, before a model is read. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import fc from "fast-check";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import { frontEndFault } from "../../ts-tools/model/front_end_schema.js";
import { ModelError } from "../../ts-tools/model/model_error.js";
import { parseBudget, readBudget } from "../../ts-tools/pipeline/budget.js";
import { type BuildOptions, buildModel } from "../../ts-tools/pipeline/build_model.js";
import { parseSidecar } from "../../ts-tools/pipeline/model_folder.js";
import { lightSernet } from "../support/command.js";

let folder: string;
let sidecar: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "light-sernet-hostile-"));
  sidecar = join(folder, "light-sernet.json");
  // Whoever reads the model before the settings says something else.
  writeFileSync(join(folder, "model.json"), "no model");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const build = (more: Partial<BuildOptions> = {}) =>
  buildModel({ source: folder, profile: "embedded", budget: {}, version: "0", tell: () => {}, ...more });

function oneSentence(error: unknown, expected: RegExp): true {
  assert.ok(error instanceof Error && !["TypeError", "RangeError", "SyntaxError"].includes(error.name), String(error));
  assert.match(error.message, expected);
  assert.doesNotMatch(error.message, /[\p{Cc}\u2028\u2029\u202e]/u);
  assert.ok(error.message.length < 700, error.message);
  return true;
}

const frontEnd = (text: string): string => `{"frontEnd":${text}}`;
const DEEP = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

const REFUSED: readonly (readonly [text: string, sentence: RegExp])[] = [
  ["", /light-sernet\.json is not JSON/],
  ["[]", /must contain a JSON object/],
  ["null", /must contain a JSON object/],
  [DEEP, /must contain a JSON object/],
  ['{"acceptThreshhold":0.5}', /it has "acceptThreshhold", which is not one of file, id, license, classes, /],
  ['{"__proto__":{"id":"x"}}', /it has "__proto__", which is not one of/],
  [frontEnd('"x"'), /frontEnd must be an object/],
  [frontEnd("[]"), /frontEnd must be an object/],
  [frontEnd("null"), /frontEnd must be an object/],
  [frontEnd('{"frameSample":1024}'), /frontEnd has "frameSample", which is not one of sampleRate, /],
  [frontEnd('{"__proto__":{"clip":1}}'), /frontEnd has "__proto__"/],
  [frontEnd('{"frameSamples":134217728}'), /frontEnd\.frameSamples must be a power of two from 16 to 4,096, but is 134217728; correct it/],
  [frontEnd('{"frameSamples":1073741824}'), /frontEnd\.frameSamples must be a power of two/],
  [frontEnd('{"frameSamples":8192}'), /frontEnd\.frameSamples must be a power of two/],
  [frontEnd('{"frameSamples":"2048"}'), /frontEnd\.frameSamples must be .*, but is "2048"/],
  [frontEnd('{"windowSamples":9600001}'), /frontEnd\.windowSamples must be a whole number from 16 to 9,600,000/],
  [frontEnd('{"windowSamples":48000.5}'), /frontEnd\.windowSamples must be a whole number/],
  [frontEnd('{"hopSamples":-0}'), /frontEnd\.hopSamples must be a whole number from 1 to 4,096, but is -0/],
  [frontEnd('{"melBands":100000000}'), /frontEnd\.melBands must be an even number from 2 to 1,024/],
  [frontEnd('{"coefficients":1025}'), /frontEnd\.coefficients must be a whole number from 1 to 1,024/],
  [frontEnd('{"sampleRate":44100}'), /frontEnd\.sampleRate must be 16000, the rate to which any sound is converted/],
  [frontEnd('{"melHighHz":1e400}'), /frontEnd\.melHighHz must be a number from 1 to 16,000, but is Infinity/],
  [frontEnd('{"melLowHz":-1}'), /frontEnd\.melLowHz must be a number from 0 to 8,000/],
  [frontEnd('{"logFloor":1e-46}'), /frontEnd\.logFloor must be a number from 1e-30 to 1e6/],
  [frontEnd('{"clip":1e308}'), /frontEnd\.clip must be a number from 0\.001 to 10,000/],
  [frontEnd(`{"clip":${DEEP}}`), /frontEnd\.clip must be .*, but is a list; correct it/],
  ['{"normalization":"runningMean"}', /normalization must be an object or "none", but is "runningMean"/],
  [`{"normalization":{"kind":"runningMean","horizon":${DEEP}}}`, /normalization\.horizon must be a number from 1 to 1e6, but is a list/],
  ['{"normalization":{"kind":"runningMean","__proto__":{}}}', /normalization has "__proto__", which is not one of kind/],
  [
    '{"dimensions":{"activation":{"weights":[1e400],"bias":0}}}',
    /dimensions\.activation\.weights must be a list of numbers, each a number from -1,000/,
  ],
  [`{"dimensions":{"valence":{"weights":[0],"bias":${DEEP}}}}`, /dimensions\.valence\.bias must be a number .*, but is a list/],
  ['{"dimensions":{"__proto__":{}}}', /dimensions has "__proto__", which is not one of activation, valence/],
  ['{"speakerAnswers":{"share":1e400}}', /speakerAnswers\.share must be a number from 0 to 1, but is Infinity/],
  ['{"speakerAnswers":{"__proto__":{}}}', /speakerAnswers has "__proto__", which is not one of share/],
  ['{"leastSpeechFrames":1e400}', /leastSpeechFrames must be a whole number from 1 to 1,000,000, but is Infinity/],
  ['{"voice":{"weights":[1e400],"bias":0}}', /voice\.weights must be a list of numbers, each a number from -100,000 to 100,000/],
  [`{"voice":{"weights":[0],"bias":${DEEP}}}`, /voice\.bias must be a number .*, but is a list/],
  ['{"voice":{"__proto__":{}}}', /voice has "__proto__", which is not one of weights, bias/],
  ['{"license":"MIT\\u001b[2J"}', /license must be a text of 1 to 100 printable characters .*, but is "MIT\\u001b\[2J"/],
  [JSON.stringify({ license: "x".repeat(500_000) }), /license must be a text of 1 to 100 printable characters/],
  ['{"acceptThreshold":1e400}', /acceptThreshold must be a number from 0 to 1, but is Infinity/],
  [
    '{"activationScales":{"bodyOne":1e308,"bodyTwo":[1,1,1,1],"features":1}}',
    /activationScales\.bodyOne must be a number from 1e-15 to 1e15/,
  ],
  ['{"activationScales":{"bodyOne":1,"bodyTwo":[1,1,1,1e-40],"features":1}}', /activationScales\.bodyTwo must be a list of 4 numbers/],
  [
    '{"activationScales":{"bodyOne":1,"bodyTwo":[1,1,1,1],"features":1,"bogus":1}}',
    /activationScales has "bogus", which is not one of bodyOne, bodyTwo, features; correct it/,
  ],
  ['{"activationScales":{"bodyOne":1,"bodyTwo":[1,1,1,1],"features":1,"__proto__":{"features":2}}}', /activationScales has "__proto__"/],
  ['{"classes":"anger"}', /classes must be a list of different names, but is "anger"/],
  ['{"classes":[]}', /classes must be a list of 1 to 256 different names/],
  [
    JSON.stringify({ classes: Array.from({ length: 5000 }, (_, index) => String(index)) }),
    /classes must be a list of 1 to 256 different names/,
  ],
  ['{"classes":["a","b\\ud800"]}', /classes\[1\] must be a name of at most 64 bytes in UTF-8, .*, but is "b\\ud800"/],
  ['{"classes":["a\\u001b[2J","b"]}', /classes\[0\] must be a name/],
  ['{"classes":["a","\\u00e9","e\\u0301"]}', /classes must be a list of different names/],
  ['{"id":"two\\nlines"}', /id must be a name of at most 128 bytes/],
  ['{"id":7}', /id must be a name .*, but is 7/],
  ['{"file":""}', /file must be a non-empty string/],
];

test("every hostile sidecar is refused by name, before the model is read, in little time and memory", async (t) => {
  const memory = () => process.resourceUsage().maxRSS / 1024;
  const before = memory();
  let slowest = 0;
  for (const [text, sentence] of REFUSED) {
    writeFileSync(sidecar, text);
    const begin = performance.now();
    await assert.rejects(build(), (error) => oneSentence(error, sentence), text.slice(0, 80));
    slowest = Math.max(slowest, performance.now() - begin);
  }
  const grown = memory() - before;
  t.diagnostic(`${REFUSED.length} sidecars, the slowest ${slowest.toFixed(0)} ms, ${grown.toFixed(0)} MB more`);
  assert.ok(slowest < 1000, `${slowest} ms`);
  assert.ok(grown < 64, `${grown} MB`);
});

test("any JSON is taken whole or refused in one sentence", () => {
  const field = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.double(), fc.constantFrom(16000, 1024, 256, 128, 40, 0.5));
  const names = [
    "sampleRate",
    "windowSamples",
    "frameSamples",
    "hopSamples",
    "melBands",
    "melLowHz",
    "melHighHz",
    "logFloor",
    "coefficients",
    "clip",
  ];
  const fields = (of: readonly string[]) =>
    fc.dictionary(fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...of) }, fc.string()), field, { maxKeys: 4 });
  const top = fc.record(
    {
      file: field,
      id: fc.oneof(field, fc.string({ unit: "binary" })),
      classes: fc.oneof(field, fc.array(fc.string({ unit: "binary" }))),
      acceptThreshold: field,
      activationScales: fc.oneof(field, fields(["bodyOne", "bodyTwo", "features"])),
      frontEnd: fc.oneof(field, fields(names)),
      leastSpeechFrames: field,
      speakerAnswers: fc.oneof(field, fields(["share", "weight", "horizon", "leastSpeech"])),
      dimensions: fc.oneof(field, fields(["activation", "valence"])),
      voice: fc.oneof(field, fields(["weights", "bias"])),
      normalization: fc.oneof(field, fields(["kind", "horizon", "startWeight", "energyScale", "share", "mean"])),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(top, fc.jsonValue()), (value) => {
      const text = JSON.stringify(value);
      try {
        assert.deepEqual(JSON.parse(JSON.stringify(parseSidecar(text, "light-sernet.json"))), JSON.parse(text));
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        assert.ok(error instanceof ModelError, String(error));
        oneSentence(error, /^light-sernet\.json.*; correct it or remove it\.$/);
      }
    }),
    { seed: 11, numRuns: 2000 },
  );
});

test("what is not a plain file of that size is refused, not waited for or passed over", async () => {
  const refusedAs = async (sentence: RegExp): Promise<void> => {
    await assert.rejects(build(), (error) => oneSentence(error, sentence));
    const { code, stderr } = await lightSernet(["build", folder, "--out", join(folder, "out")]);
    assert.equal(code, 1);
    assert.match(stderr, /^light-sernet: [^\n]+\n$/);
    rmSync(sidecar, { recursive: true });
  };
  mkdirSync(sidecar);
  await refusedAs(/light-sernet\.json is a folder, not a file/);
  assert.equal(spawnSync("mkfifo", [sidecar]).status, 0);
  await refusedAs(/light-sernet\.json is a pipe, not a file/);
  writeFileSync(sidecar, "{}");
  truncateSync(sidecar, 2 ** 20 + 1);
  await refusedAs(/light-sernet\.json is larger than 1,048,576 bytes/);
  writeFileSync(sidecar, Uint8Array.of(0x7b, 0xff, 0x7d));
  await refusedAs(/light-sernet\.json is not UTF-8 text/);
});

test("a window of more MFCCs than a calibration can hold is refused", () => {
  const most = { ...REFERENCE_FRONT_END, windowSamples: 1024 + 6552 * 256 + 255 };
  assert.equal(frontEndFault(most), undefined, "6,553 frames of 40");
  assert.deepEqual(frontEndFault({ ...most, windowSamples: most.windowSamples + 1 }), {
    field: "windowSamples",
    expected: "short enough that its frames times coefficients are at most 262,144 (they are 262,160)",
  });
});

test("the last of two equal fields counts", () => {
  assert.deepEqual(parseSidecar('{"id":"a\\nb","id":"c"}', "light-sernet.json"), { id: "c" });
});

test("budget.json: the same", async () => {
  const budget = join(folder, "budget.json");
  for (const [text, sentence] of [
    ["null", /must contain a JSON object/],
    ['{"fileBytes":-1}', /fileBytes must be a whole number, 0 or more, but is -1/],
    ['{"fileBytes":1e400}', /fileBytes must be a whole number, 0 or more, but is Infinity/],
    ['{"__proto__":1}', /it has "__proto__", which is not one of fileBytes/],
  ] as const) {
    assert.throws(
      () => parseBudget(text, "budget.json"),
      (error) => oneSentence(error, sentence),
    );
  }
  mkdirSync(budget);
  await assert.rejects(readBudget(undefined, folder), (error) => oneSentence(error, /budget\.json is a folder, not a file/));
  rmSync(budget, { recursive: true });
  assert.equal(spawnSync("mkfifo", [budget]).status, 0);
  for (const named of [undefined, budget]) {
    await assert.rejects(readBudget(named, folder), (error) => oneSentence(error, /budget\.json is a pipe/));
  }
  rmSync(budget);
  assert.deepEqual(Object.keys(await readBudget(undefined, folder)).length > 0, true, "the package's own");
});

test("names of the command line are refused before the model is read", async () => {
  const refused = (more: Partial<BuildOptions>, sentence: RegExp) => assert.rejects(build(more), (error) => oneSentence(error, sentence));
  await refused({ id: "a\u009b2Jb" }, /^--id: must be a name of at most 128 bytes .*, but is "a\\u009b2Jb"/);
  await refused({ id: "x".repeat(129) }, /^--id: must be a name of at most 128 bytes/);
  await refused({ classes: ["a", ""] }, /^--classes: the name "" must be a name of at most 64 bytes/);
  await refused({ classes: ["a", "b\u202e"] }, /^--classes: the name "b\\u202e" must be/);
  await refused({ classes: ["a", "a"] }, /^--classes: "a" is named twice/);
  await refused({ classes: Array.from({ length: 257 }, (_, index) => String(index)) }, /^--classes: it must be a list of 1 to 256/);
  const file = join(folder, "bad\u001bname.h5");
  writeFileSync(file, "no model");
  await refused(
    { source: file },
    /bad\\u001bname\.h5: the model's id, taken from the file's name, must be .*; set another with --id NAME\.$/,
  );
});
