/** `light-sernet build` on the fixtures: every format, what it writes, and what it refuses. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { ActivationScales } from "../../ts-tools/model/model_types.js";
import { parseManifest } from "../../ts-tools/model/parse_manifest.js";
import { readWeights } from "../../ts-tools/model/weights_file.js";
import { expectedOfFixtures, fixture, fixtureWithScales } from "../import/model_fixtures.js";
import { type CommandResult, lightSernet, lightSernetAgain } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";

const folder = mkdtempSync(join(tmpdir(), "light-sernet-build-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const examples = join(repositoryRoot, "examples");
const { classes: classCount } = expectedOfFixtures();
const classes = Array.from({ length: classCount }, (_, index) => `class ${index}`).join(",");
/** For a source without scales, and for one with them. */
const quick = ["--classes", classes, "--calibrate", examples, "--profile", "embedded"];
const named = ["--classes", classes, "--profile", "embedded"];
/** Where the format does not matter: the one that is read in the least time. */
const TINY = "tiny.float32.tflite";
const OPEN = "variants/open_frames.keras3.keras";
const withScales = (name: string): string => fixtureWithScales(TINY, join(folder, name));

async function build(source: string, out: string, ...more: string[]): Promise<string> {
  return printed(await lightSernetAgain(["build", source, "--out", out, ...more]));
}

function printed({ code, stdout, stderr }: CommandResult): string {
  assert.equal(code, 0, stderr);
  return stdout;
}

function weightsOf(out: string): Int8Array[] {
  const manifest = parseManifest(readFileSync(join(out, "model.json"), "utf8"), "model.json");
  const model = readWeights(readFileSync(join(out, "weights.bin")), manifest, "weights.bin");
  return [...model.bodyOne, ...model.bodyTwo, model.dense].map(({ weights }) => weights);
}

const scalesOf = (out: string): ActivationScales =>
  parseManifest(readFileSync(join(out, "model.json"), "utf8"), "model.json").activationScales;

test("every format builds; their quantized weights differ by at most one step", async (t) => {
  const formats = {
    "TensorFlow.js layers model": ["tiny.tfjs-layers", "model.json"],
    "Keras 2 .h5": ["tiny.keras2.h5.gz"],
    "Keras 2 .keras": ["tiny.keras2.keras"],
    "Keras 3 .keras": ["tiny.keras3.keras"],
    "TFLite float32": ["tiny.float32.tflite"],
    "TFLite float16": ["tiny.float16.tflite"],
  } as const;
  const calibrated = join(folder, "TensorFlow.js graph model");
  await build(fixture("tiny.tfjs-graph"), calibrated, ...quick);
  const built = [weightsOf(calibrated)];
  // The scales are of the model, whatever file it comes in.
  for (const [name, [file, ...inside]] of Object.entries(formats)) {
    const source = fixtureWithScales(file, join(folder, `${name} with scales`), scalesOf(calibrated));
    const out = join(folder, name);
    await build(join(source, ...inside), out, ...named);
    built.push(weightsOf(out));
  }
  let most = 0;
  for (const weights of built) {
    weights.forEach((layer, index) => {
      layer.forEach((value, at) => {
        most = Math.max(most, Math.abs(value - built[0]![index]![at]!));
      });
    });
  }
  t.diagnostic(`largest difference of a quantized weight: ${most}`);
  assert.ok(most <= 1);
});

test("a build with the scales of another is the same file to the byte, and needs no recordings", async () => {
  const first = join(folder, "first");
  await build(fixture(TINY), first, "--classes", classes, "--calibrate", examples, "--id", "again");
  const source = join(folder, "source");
  const file = join(source, TINY);
  mkdirSync(source);
  copyFileSync(fixture(TINY), file);
  writeFileSync(
    join(source, "light-sernet.json"),
    JSON.stringify({ file: TINY, id: "again", classes: classes.split(","), activationScales: scalesOf(first) }),
  );
  const second = join(folder, "second");
  // In a process of its own, as people run it: what has been compiled before is compiled again.
  const said = printed(await lightSernet(["build", file, "--out", second]));
  assert.match(said, /again/);
  for (const name of ["light-sernet.wasm", "light-sernet-cli.wasm", "light-sernet.simd.wasm", "light-sernet.relaxed.wasm", "weights.bin"]) {
    assert.deepEqual(readFileSync(join(second, name)), readFileSync(join(first, name)), name);
  }
  const written = readdirSync(second).sort();
  const expected = [
    "generated",
    "light-sernet-cli.wasm",
    "light-sernet.relaxed.wasm",
    "light-sernet.simd.wasm",
    "light-sernet.wasm",
    "memory_map.json",
    "model.json",
    "quantization.json",
    "quantization.md",
    "weights.bin",
  ];
  assert.deepEqual(written, expected);
});

test("--keep-scales keeps them for that model and for no other of the folder", async () => {
  const folderOfTwo = join(folder, "two");
  mkdirSync(folderOfTwo);
  const [mine, other] = [join(folderOfTwo, "mine.keras"), join(folderOfTwo, "other.tflite")];
  copyFileSync(fixture("tiny.keras3.keras"), mine);
  copyFileSync(fixture("tiny.float32.tflite"), other);
  assert.match(await build(mine, join(folder, "mine"), ...quick, "--id", "kept", "--keep-scales"), /scales kept in/);
  assert.match(await build(mine, join(folder, "mine"), "--profile", "embedded"), /kept/);
  const { code, stderr } = await lightSernetAgain(["build", other, "--out", join(folder, "other"), "--classes", classes]);
  assert.equal(code, 1);
  assert.match(stderr, /--calibrate/);
});

test("--window gives an open number of frames a length: the module of a model that has it; --keep-scales keeps it", async () => {
  const [fixed, open, again] = [join(folder, "fixed"), join(folder, "open"), join(folder, "open again")];
  const options = ["--classes", "a,b,c", "--calibrate", examples, "--profile", "embedded", "--id", "window"];
  await build(fixture("variants/plain.keras3.keras"), fixed, ...options);
  const source = join(folder, "open.keras");
  copyFileSync(fixture(OPEN), source);
  await build(source, open, ...options, "--window", "0.464", "--keep-scales");
  await build(source, again, "--profile", "embedded");
  for (const name of ["weights.bin", "light-sernet.wasm"]) {
    const bytes = readFileSync(join(fixed, name));
    assert.deepEqual(readFileSync(join(open, name)), bytes, name);
    assert.deepEqual(readFileSync(join(again, name)), bytes, name);
  }
  rmSync(join(folder, "light-sernet.json"));
});

test("a model that normalizes its input answers as its float model does", async () => {
  const out = join(folder, "standardized");
  const said = await build(
    fixture("variants/standardized.keras3.keras"),
    out,
    ...["--classes", "a,b,c", "--calibrate", examples, "--id", "n"],
  );
  const [, recordings, same] = /on (\d+) recordings: (\d+) same labels/.exec(said) ?? [];
  assert.ok(Number(recordings) > 5 && same === recordings, said);
  const { code, stdout } = await lightSernetAgain(["classify", "--model", out, "--json", join(examples, "speech.wav")]);
  assert.equal(code, 0);
  assert.match(stdout, /"label":"[abc]"/);
});

test("profiles make what they name; nothing is written beside the folders that are named, whatever the names in the model", async () => {
  const place = join(folder, "confined", "a", "b");
  const [host, firmware] = [join(place, "host"), join(place, "firmware")];
  const names = ["--id", "../../escaped", "--classes", "../a,/tmp/b,c:d,..,~"];
  const before = readdirSync(folder);
  await build(fixture(TINY), host, ...names, "--firmware", firmware, "--calibrate", examples, "--profile", "host");
  assert.ok(existsSync(join(host, "light-sernet-cli.wasm")));
  assert.ok(!existsSync(join(host, "light-sernet.wasm")));
  assert.deepEqual(readdirSync(folder).sort(), [...before, "confined"].sort());
  assert.deepEqual(readdirSync(join(folder, "confined")), ["a"]);
  assert.deepEqual(readdirSync(join(folder, "confined", "a")), ["b"]);
  assert.deepEqual(readdirSync(place).sort(), ["firmware", "host"]);
  for (const name of readdirSync(place, { recursive: true, encoding: "utf8" })) assert.match(name, /^(firmware|host)(\/\w[\w.-]*)*$/);
});

const refusals: [string, string[], RegExp, number][] = [
  ["no recordings and no scales", [fixture(TINY), "--classes", classes], /--calibrate/, 1],
  ["a class too few", [fixture(TINY), ...quick, "--classes", "a,b"], /5.*2|2.*5/, 1],
  ["a class named twice", [fixture(TINY), ...quick, "--classes", "a,b,c,a,d"], /"a" is named twice/, 1],
  ["no class names", [fixture(TINY), "--calibrate", examples], /--classes/, 1],
  ["an int8 TFLite file", [fixture("tiny.int8.tflite"), ...quick], /int8/, 1],
  ["a model of another shape", [fixture("vgg.keras3.keras"), ...quick], /expected/, 1],
  ["an open number of frames without its length", [fixture(OPEN), "--classes", "a,b,c", "--calibrate", examples], /add --window 3/, 1],
  ["a length that is not a number", [fixture(OPEN), ...quick, "--window", "long"], /--window.*number of seconds/, 2],
  [
    "a length without one frame",
    [fixture(OPEN), ...quick, "--classes", "a,b,c", "--window", "0.05"],
    /--window 0\.05 is 800 samples, which must be at least frameSamples/,
    1,
  ],
  [
    "another length than the model's",
    [fixture(TINY), ...quick, "--window", "3"],
    /takes 26 frames, but 3 seconds have 184; leave out --window/,
    1,
  ],
  ["no such file", [join(folder, "nothing.h5"), ...quick], /nothing\.h5/, 1],
  ["a calibration folder without recordings", [fixture(TINY), "--classes", classes, "--calibrate", fixture("tiny.tfjs-graph")], /wav/i, 1],
  ["a calibration folder that is not there", [fixture(TINY), "--classes", classes, "--calibrate", join(folder, "none")], /none/, 1],
  ...["out", "firmware", "calibrate", "budget"].map((name): [string, string[], RegExp, number] => [
    `--${name} without a name`,
    [fixture(TINY), ...quick, `--${name}`, ""],
    new RegExp(`--${name} is empty; name a file or folder`),
    2,
  ]),
  ["an unknown profile", [fixture(TINY), ...quick, "--profile", "tiny"], /profile/, 2],
];
for (const [what, parameters, sentence, exit] of refusals) {
  test(`refused in one sentence, nothing is written: ${what}`, async () => {
    const out = join(folder, "refused");
    const { code, stdout, stderr } = await lightSernetAgain(["build", "--out", out, ...parameters]);
    assert.equal(code, exit, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, sentence);
    if (exit === 1) assert.match(stderr, /^light-sernet: [^\n]+\n$/);
    assert.ok(!existsSync(out));
  });
}

test("a build does not write over its own source, nor through a link that leads out of --out", async () => {
  const source = join(folder, "source");
  cpSync(fixture("tiny.tfjs-graph"), source, { recursive: true });
  const before = readFileSync(join(source, "model.json"));
  const elsewhere = join(folder, "elsewhere");
  const linked = join(folder, "linked");
  for (const made of [elsewhere, linked]) mkdirSync(made);
  symlinkSync(elsewhere, join(linked, "generated"));
  symlinkSync(source, join(folder, "same"));
  for (const [out, sentence] of [
    [source, /source is the folder of the trained model, and its model\.json would be overwritten; choose another --out\.?\n$/],
    [join(folder, "same"), /is the folder of the trained model/],
    [linked, /generated is a link that leads out of .*linked; remove it, or choose another folder\.?\n$/],
  ] as const) {
    const { code, stderr } = await lightSernetAgain(["build", source, "--out", out, ...quick]);
    assert.equal(code, 1, stderr);
    assert.match(stderr, sentence);
  }
  assert.deepEqual(readFileSync(join(source, "model.json")), before);
  assert.deepEqual(readdirSync(elsewhere), []);
  assert.deepEqual(readdirSync(linked), ["generated"]);
});

/** With this many mel bands the module with 32-bit products needs 568 bytes more than its page has. The one with 64-bit products fits. */
const MANY_BANDS = { frameSamples: 4096, melBands: 512, hopSamples: 256 };

const LONG_INSTEAD =
  /note: the C kernels of 32-bit products need more memory than there is for this model: taking those of 64-bit products\n/;

test("a model that is too wide for the C kernels of 32-bit products gets those of 64-bit products, and is told so", async () => {
  const source = withScales("many bands");
  const sidecar = join(folder, "many bands", "light-sernet.json");
  const more = { ...(JSON.parse(readFileSync(sidecar, "utf8")) as object), frontEnd: MANY_BANDS };
  writeFileSync(sidecar, JSON.stringify(more));
  writeFileSync(join(folder, "many bands", "budget.json"), '{"memoryBytes":65536}');
  const cOf = async (kernel: string): Promise<CommandResult & { c: string }> => {
    const firmware = join(folder, `firmware ${kernel}`);
    const result = await lightSernetAgain([
      ...["build", source, "--out", join(folder, `many bands, ${kernel}`), "--firmware", firmware, "--kernel", kernel],
      ...named,
    ]);
    const c = join(firmware, "src", "light_sernet_module.h");
    return { ...result, c: existsSync(c) ? readFileSync(c, "utf8") : "" };
  };
  const [auto, long, word] = [await cOf("auto"), await cOf("long"), await cOf("word")];
  assert.equal(auto.code, 0, auto.stderr);
  assert.match(auto.stderr, LONG_INSTEAD);
  assert.equal(long.code, 0, long.stderr);
  assert.doesNotMatch(long.stderr, /32-bit products/);
  assert.ok(auto.c === long.c && auto.c.length > 0);
  assert.equal(word.code, 1);
  assert.match(word.stderr, /static data ends at byte 66104 of memory; .*: the model is too wide; use a narrower one, or --kernel long\n/);
  assert.ok(!existsSync(join(folder, "firmware word")));
});

test("a budget with too little memory for the kernels of 32-bit products: those of 64-bit products, or a sentence", async () => {
  const source = withScales("small budget");
  const firmware = join(folder, "firmware of a small budget");
  const sourcesOf = (kernel: string, budget: number): Promise<CommandResult> => {
    writeFileSync(join(folder, "small budget", "budget.json"), JSON.stringify({ memoryBytes: budget }));
    return lightSernetAgain(["build", source, "--firmware", firmware, "--kernel", kernel, ...named]);
  };
  const refusal = /^light-sernet: (.+) has (\d+) bytes of memory in use; the budget allows \d+\n$/m;
  const [, , ofLong] = refusal.exec((await sourcesOf("long", 1)).stderr)!;
  const word = await sourcesOf("word", Number(ofLong));
  const [, module, ofWord] = refusal.exec(word.stderr)!;
  assert.deepEqual({ code: word.code, module, more: Number(ofWord) > Number(ofLong) }, { code: 1, module: "the module for C", more: true });
  const auto = await sourcesOf("auto", Number(ofLong));
  assert.equal(auto.code, 0, auto.stderr);
  assert.match(auto.stderr, LONG_INSTEAD);
});

test("calibration reads plain files of a few minutes and nothing else", async () => {
  const sentences: Record<string, RegExp> = {
    "pipe.wav": /pipe\.wav/,
    "zero.wav": /zero\.wav/,
    "long.wav": /long\.wav is larger than 33,554,432 bytes/,
  };
  for (const [name, sentence] of Object.entries(sentences)) {
    const wavs = join(folder, `calibrate ${name}`);
    mkdirSync(wavs);
    const file = join(wavs, name);
    if (name === "pipe.wav") execFileSync("mkfifo", [file]);
    else if (name === "zero.wav") symlinkSync("/dev/zero", file);
    else {
      copyFileSync(join(examples, "speech.wav"), file);
      execFileSync("truncate", ["--size", "1500M", file]);
    }
    const words = ["build", fixture(TINY), "--classes", classes, "--calibrate", wavs, "--out", join(folder, "never")];
    const { code, stderr } = await lightSernetAgain(words);
    assert.equal(code, 1, stderr);
    assert.match(stderr, sentence);
    assert.match(stderr, /^light-sernet: [^\n]+\n$/);
  }
});

test("modules that a build does not make do not stay from an earlier one", async () => {
  const out = join(folder, "narrowed");
  const modules = (): string[] => readdirSync(out).filter((name) => name.endsWith(".wasm"));
  const source = withScales("narrowed source");
  await build(source, out, "--classes", classes);
  assert.equal(modules().length, 4);
  await build(source, out, ...named);
  assert.deepEqual(modules(), ["light-sernet.wasm"]);
});

test("a ceiling in a budget file stops the build", async () => {
  const source = withScales("budget source");
  const out = join(folder, "budget");
  const budget = join(folder, "tight.json");
  for (const [profile, ceiling, sentence] of [
    ["embedded", { fileBytes: 1000 }, /bytes in all; the budget allows 1000/],
    ["embedded", { overheadBytes: 1000 }, /besides the weights/],
    ["all", { hostOverheadBytes: 1000 }, /light-sernet\.simd\.wasm has \d+ bytes besides the weights; the budget allows 1000/],
    ["all", { hostMemoryBytes: 65536 }, /light-sernet\.simd\.wasm has \d+ bytes of memory; the budget allows 65536/],
    ["embedded", { memoryBytes: 1000 }, /bytes of memory in use/],
    ["embedded", { fileByte: 1 }, /"fileByte", which is not one of fileBytes, /],
  ] as const) {
    writeFileSync(budget, JSON.stringify(ceiling));
    const words = ["build", source, "--classes", classes, "--profile", profile, "--out", out, "--budget", budget];
    const { code, stderr } = await lightSernetAgain(words);
    assert.equal(code, 1);
    assert.match(stderr, sentence);
    assert.ok(!existsSync(out));
  }
});
