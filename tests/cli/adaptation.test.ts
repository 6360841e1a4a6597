/** `classify --adaptation`: a file with a speaker's statistics, in Node and in wasmtime, and the options of the WASI command for them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { adaptationBytes } from "../../ts-tools/abi/adaptation.js";
import { ADAPTATION_STATUS, STATUS } from "../../ts-tools/abi/status.js";
import { findWasmtime } from "../../ts-tools/host/wasmtime.js";
import { createRecognizer, type Recognition } from "../../ts-tools/runtime/index.js";
import { withChecksum } from "../support/adaptation.js";
import { ADAPTING, adaptingBuild } from "../support/adapting_build.js";
import { type CommandResult, lightSernet, lightSernetAgain, lines } from "../support/command.js";
import { plainBuild } from "../support/plain_source.js";
import { voice } from "../support/sounds.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { wavFile } from "../support/wav.js";

const HZ = { sampleRate: 16000 };
/** The second has several windows. */
const SOUNDS = [voice(5000, 16000, 2), voice(20000, 16000, 3), voice(7000, 16000, 4)];
const { sentence: DAMAGED } = ADAPTATION_STATUS.ADAPTATION_DAMAGED;
const { sentence: OTHER } = ADAPTATION_STATUS.ADAPTATION_OF_OTHER_MODEL;

let model: string;
let work: string;
let sounds: string[];
/** What a recognizer has gathered from all sounds; the same again, when it starts from that. */
let once: Uint8Array;
let twice: Uint8Array;
/** Logits and probabilities of the sounds, without statistics and with the first ones. */
let unknown: unknown[];
let known: unknown[];

before(async () => {
  model = (await adaptingBuild()).folder;
  work = mkdtempSync(join(tmpdir(), "light-sernet-adaptation-"));
  sounds = SOUNDS.map((sound, index) => {
    writeFileSync(join(work, `${index}.wav`), wavFile(sound));
    return join(work, `${index}.wav`);
  });
  const recognizer = await createRecognizer({ model });
  const answers = (): unknown[] => SOUNDS.map((sound) => lasting(recognizer.classify(sound, HZ)));
  unknown = answers();
  once = recognizer.adaptation!;
  recognizer.adaptation = once;
  known = answers();
  twice = recognizer.adaptation!;
  assert.notDeepEqual(known, unknown);
  assert.notDeepEqual(twice, once);
});
after(() => {
  for (const folder of [work, model]) rmSync(folder, { recursive: true });
});

const lasting = ({ label, segments, probabilities }: Recognition): unknown => ({
  label,
  probabilities: Object.values(probabilities).map(Math.fround),
  logits: segments.map(({ logits }) => logits),
});
const classify = (...parameters: string[]): Promise<CommandResult> =>
  lightSernetAgain(["classify", "--json", "--model", model, ...parameters]);
const answersOf = ({ stdout }: CommandResult): unknown[] => lines(stdout).map((line) => lasting(JSON.parse(line) as Recognition));
const fileNow = (file: string): Uint8Array => Uint8Array.from(readFileSync(file));

for (const engine of ["node", "wasmtime"]) {
  const skip = engine === "wasmtime" && skipWithoutWasmtime;
  const run = (...parameters: string[]) => classify("--engine", engine, ...parameters);

  test(`${engine}: the first call makes the file, the second starts from it and adds to it`, { skip }, async () => {
    const folder = join(work, engine);
    const file = join(folder, "deep", "anna.lsa");
    const first = await run("--adaptation", file, ...sounds);
    assert.deepEqual([first.code, first.stderr], [0, ""]);
    assert.deepEqual(answersOf(first), unknown);
    assert.deepEqual(fileNow(file), once);

    const read = await run("--adaptation", file, "--adaptation-read-only", ...sounds);
    assert.deepEqual([read.code, answersOf(read)], [0, known]);
    assert.deepEqual(fileNow(file), once);

    const second = await run("--adaptation", file, ...sounds);
    assert.deepEqual([second.code, answersOf(second)], [0, known]);
    assert.deepEqual(fileNow(file), twice);
    assert.deepEqual(readdirSync(join(folder, "deep")), ["anna.lsa"]);
    assert.deepEqual(answersOf(await run(...sounds)), unknown, "without the option nothing is known");
  });

  test(`${engine}: what cannot be used: one sentence with the file's name, exit code 1, the file untouched`, { skip }, async () => {
    const bad = (name: string, bytes: Uint8Array): string => {
      writeFileSync(join(work, name), bytes);
      return join(work, name);
    };
    const [flipped, foreign] = [once.slice(), once.slice()];
    flipped[60]! ^= 4;
    foreign[9]! ^= 1;
    mkdirSync(join(work, "folder"), { recursive: true });
    const missing = join(work, "missing.lsa");
    const cases: [string[], string][] = [
      [[bad("flipped", flipped)], DAMAGED],
      [[bad("empty", new Uint8Array(0))], DAMAGED],
      [[bad("cut", once.subarray(0, 100))], DAMAGED],
      [[bad("long", new Uint8Array(5000).fill(7))], DAMAGED],
      [[bad("foreign", withChecksum(foreign))], OTHER],
      [[bad("huge", new Uint8Array(70_000))], "FILE is larger than 65,536 bytes, the limit for such a file; use the right file"],
      [[join(work, "folder")], "FILE is a folder, not a file; replace it by a plain file"],
      [[missing, "--adaptation-read-only"], "there is no such file or folder; check the path"],
      [[join(sounds[0]!, "below")], `${sounds[0]!}: there is a file where a folder is needed; choose another place`],
    ];
    for (const [[file, ...rest], sentence] of cases as [[string, ...string[]], string][]) {
      const before = existsSync(file) && !file.endsWith("folder") ? fileNow(file) : undefined;
      const said = sentence.startsWith("FILE") || sentence.startsWith(work) ? sentence.replace("FILE", file) : `${file}: ${sentence}`;
      assert.deepEqual(await run("--adaptation", file, ...rest, sounds[0]!), { code: 1, stdout: "", stderr: `light-sernet: ${said}\n` });
      if (before) assert.deepEqual(fileNow(file), before);
    }
    const other = await plainBuild("micro");
    assert.deepEqual(await lightSernetAgain(["classify", "--engine", engine, "--model", other, "--adaptation", missing, sounds[0]!]), {
      code: 1,
      stdout: "",
      stderr: `light-sernet: ${other}: this model does not adapt to a speaker, because its manifest has no normalization; remove --adaptation, or use a model that has one\n`,
    });
    const failed = await run("--adaptation", missing, join(work, "flipped"));
    assert.equal(failed.code, 1);
    assert.ok(!existsSync(missing), "nothing was gathered, nothing is written");
  });
}

test("a sound that fails does not lose what others say; standard input among them", { skip: skipWithoutWasmtime }, async () => {
  writeFileSync(join(work, "no-sound.wav"), "no sound");
  const results: Uint8Array[] = [];
  for (const engine of ["node", "wasmtime"]) {
    const file = join(work, `${engine}.lsa`);
    const parameters = ["--engine", engine, "--adaptation", file, sounds[0]!, join(work, "no-sound.wav"), "-", sounds[2]!];
    const { code, stdout } = await lightSernet(["classify", "--json", "--model", model, ...parameters], { input: wavFile(SOUNDS[1]!) });
    const errors = lines(stdout).map((line) => "error" in (JSON.parse(line) as object));
    assert.deepEqual({ code, errors }, { code: 1, errors: [false, true, false, false] });
    results.push(fileNow(file));
  }
  for (const result of results) assert.deepEqual(result, once);
});

test("the WASI command: statistics as digits, what they must be, and help", { skip: skipWithoutWasmtime }, () => {
  const input = wavFile(SOUNDS[1]!);
  const run = (...parameters: string[]) =>
    spawnSync(findWasmtime(), ["run", join(model, "light-sernet-cli.wasm"), ...parameters], { input, encoding: "utf8" });
  type Report = Recognition & { adaptation: string };
  const report = (...parameters: string[]): Report => {
    const { status, stdout, stderr } = run(...parameters);
    assert.deepEqual([status, stderr], [0, ""]);
    return JSON.parse(stdout) as Report;
  };
  const hex = Buffer.from(once).toString("hex");
  const plain = report();
  assert.deepEqual(lasting(plain), unknown[1]);
  assert.deepEqual(Object.keys(plain).at(-1), "adaptation");
  assert.equal(plain.adaptation.length, hex.length);
  assert.deepEqual(lasting(report(`--adaptation=${hex.toUpperCase()}`, "--long", "windows")), known[1]);
  // It starts from the one and adds to the other.
  const apart = report("--adaptation", hex, "--gathered", plain.adaptation);
  assert.deepEqual(lasting(apart), known[1]);
  // The coefficients do not depend on the start; the answers, which are learned after the normalization, do.
  const strange = report("--gathered", plain.adaptation);
  const coefficients = ({ adaptation }: Report): string => adaptation.slice(2 * 8, 2 * adaptationBytes(ADAPTING.frontEnd.coefficients));
  assert.equal(coefficients(apart), coefficients(strange));
  assert.notEqual(apart.adaptation, strange.adaptation);
  assert.deepEqual(lasting(report("--gathered", hex)), unknown[1]);

  for (const option of ["--adaptation", "--gathered"]) {
    for (const text of ["", hex.slice(2), "00".repeat(1025), `${hex}00`]) {
      const { status, stdout, stderr } = run(option, text);
      assert.deepEqual([status, stdout, stderr], [1, "", `light-sernet: ${DAMAGED}\n`], text.slice(0, 20));
    }
    for (const text of ["x", hex.slice(1), `${hex.slice(0, -1)}g`]) {
      const { status, stdout, stderr } = run(option, text);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.equal(stderr, `light-sernet: statistics of a speaker are the digits that an earlier answer has, not "${text}"; see --help\n`);
    }
    assert.deepEqual([run(option).status, run(`${option}s`, hex).status], [2, 2]);
    assert.ok(run("--help").stdout.includes(`  ${option} `));
  }
  const empty = spawnSync(findWasmtime(), ["run", join(model, "light-sernet-cli.wasm"), "--adaptation", hex], { input: "" });
  assert.equal(empty.stderr.toString(), `light-sernet: ${STATUS.EMPTY_FILE.sentence}\n`);
});
