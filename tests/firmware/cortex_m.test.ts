/** hosts/cortex-m: firmware of the model that ships for four cores, executed in QEMU, against the same module in Node. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { STATUS } from "../../ts-tools/abi/status.js";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { Recognition } from "../../ts-tools/runtime/index.js";
import { THOROUGH } from "../module/cases.js";
import { recordingFile, referenceAnswers, skip as skipRecordings } from "../module/upstream_model.js";
import { runProgram } from "../support/command.js";
import { repositoryRoot, sharedFolder } from "../support/paths.js";
import { fillBuildFolder } from "../support/shipped_build.js";
import { voice } from "../support/sounds.js";
import { hostileWavs, oddButGoodWavs, wavFile } from "../support/wav.js";
import {
  assertRecipeFailed,
  assertSameAnswer,
  type FirmwareLine,
  type FlashLine,
  faultVariables,
  firmwareLines,
  flashLine,
  make,
  nodeAnswers,
  skipHost,
} from "./cortex_m_make.js";
import { assertKept } from "./kept_figures.js";

const CORES = ["cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55"];
const CHECKED = ["yes", "no"];
/** With and without checks on the core that is measured and on the newest; on those between with checks. */
const checksOf = (core: string): readonly string[] => (THOROUGH || !["cortex-m7", "cortex-m33"].includes(core) ? CHECKED : ["yes"]);

/** Ceilings on the Cortex-M4 for the model of the paper's widths. */
const NETWORK_INSTRUCTIONS = 160_000_000;
const FRONT_END_INSTRUCTIONS = 25_000_000;
/** Of everything. */
const CHECKED_INSTRUCTIONS = 200_000_000;
const RAM_BYTES = 72 * 1024;
/** With what reads WAV files and prints; tests/firmware/bare_metal.test.ts has that of firmware without them. */
const FLASH_BYTES = 520_000;
/** And for the narrow one, unchecked: all of it. */
const MICRO_INSTRUCTIONS = 70_000_000;
const MICRO_FLASH_BYTES = 184_000;

const skip = skipHost("cortex-m");
const examples = join(repositoryRoot, "examples");

let work: string;
let build: string;
let longSound: Recognition;

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-cortex-m-"));
  // A folder of its own: files in build/ may be made from other sources or with other flags.
  build = join(work, "build");
  if (skip) return;
  await fillBuildFolder(build, ["full", "micro"]);
  [longSound] = (await nodeAnswers([join(examples, "long.wav")])) as [Recognition];
});
after(() => rmSync(work, { recursive: true }));

const firmware = (core: string, checked: string, more: Readonly<Record<string, string>> = {}) =>
  make("cortex-m", { BUILD: build, MODEL: "full", CORE: core, CHECKED: checked, ...more });

const exampleFiles = readdirSync(examples)
  .filter((name) => name.endsWith(".wav"))
  .map((name) => join(examples, name));
const noRecordings = (!sharedFolder("emodb/wav") && "../shared/emodb/wav is not there") || skipRecordings;
const recordings = noRecordings ? [] : Object.keys(referenceAnswers().files).map(recordingFile);

interface Run {
  flash: FlashLine;
  /** A line for each file. */
  said: FirmwareLine[];
}

async function runOnFiles(core: string, checked: string, files: readonly string[], MODEL = "full"): Promise<Run> {
  const result = await firmware(core, checked, { MODEL, FILES: files.join(" ") });
  assert.equal(result.code, 0, result.stderr);
  const [flash, ...said] = firmwareLines(result);
  assert.equal(flash?.file, "flash");
  assert.deepEqual(
    said.map(({ file }) => file),
    files,
  );
  return { flash: flash as FlashLine, said };
}

const firstRuns = new Map<string, Promise<Run>>();

/**
 * A Cortex-M4F hears all recordings, checked and unchecked; the checked builds of the other cores a third each, together all of them: it is the same C. Unchecked
 * ones hear the examples.
 */
function heard(core: string, checked: string): readonly string[] {
  if (THOROUGH || core === "cortex-m4") return recordings;
  const others = CORES.filter((other) => other !== "cortex-m4");
  return checked === "yes" ? recordings.filter((_, index) => index % others.length === others.indexOf(core)) : [];
}

/** Examples and recordings in one run, since each run begins with the sound in flash. */
function firstRun(core: string, checked: string): Promise<Run> {
  const key = `${core}, checked: ${checked}`;
  const run = firstRuns.get(key) ?? runOnFiles(core, checked, [...exampleFiles, ...heard(core, checked)]);
  firstRuns.set(key, run);
  return run;
}

const inFlash = async (core: string, checked: string): Promise<FlashLine> => (await firstRun(core, checked)).flash;

const MICRO = join(repositoryRoot, "weights", "micro", "int8");

async function assertAsInNode(said: readonly FirmwareLine[], files: readonly string[], model?: string): Promise<void> {
  assert.equal(said.length, files.length);
  for (const [index, node] of (await nodeAnswers(files, model)).entries()) assertSameAnswer(said[index]!, node);
}

// Cores without float instructions have code of their own from the compiler. QEMU's board stays that of the Cortex-M4.
for (const [cpu, builds] of [
  ["cortex-m4 -mfloat-abi=soft", ["no"]],
  ["cortex-m3", ["yes"]],
] as const) {
  for (const checked of THOROUGH ? CHECKED : builds) {
    test(`${cpu}, ${checked === "yes" ? "checked" : "unchecked"}: the logits are those of Node`, { skip }, async () => {
      const CPU = `-mcpu=${cpu} -mthumb -DCENTINANOSECONDS_PER_TICK=4000`;
      const made = firmware("cortex-m4", checked, { CPU, OUT: join(work, `${cpu.replaceAll(/\W/g, "-")}-${checked}`) });
      assertSameAnswer(await made.then(flashLine), longSound);
    });
  }
}

for (const core of CORES) {
  for (const checked of checksOf(core)) {
    test(`${core}, ${checked === "yes" ? "checked" : "unchecked"}: the logits are those of Node`, { skip }, async (t) => {
      const line = await inFlash(core, checked);
      assert.deepEqual({ core: line.core, checked: line.checked }, { core, checked: checked === "yes" });
      assertSameAnswer(line, longSound);
      const { frontend, network, total, exactTo } = line.instructions;
      assert.equal(frontend + network, total);
      assert.ok(exactTo > 0 && exactTo <= 100);
      t.diagnostic(
        `front end ${frontend}, network ${network}, total ${total} instructions; ${line.ramBytes} RAM, ${line.flashBytes} flash`,
      );
    });
  }
}

const idOf = (model: string): string =>
  (JSON.parse(readFileSync(join(repositoryRoot, "weights", model, "light-sernet.json"), "utf8")) as { id: string }).id;

// That it reports every core when none is named is what narrow_report.test.ts sees.
test("make report: the counts repeat exactly and are those that are kept, and micro answers as in Node", { skip }, async (t) => {
  const cores = THOROUGH ? CORES : ["cortex-m4", "cortex-m55"];
  const result = await make("cortex-m", { BUILD: build, CORES: cores.join(" ") }, { goals: ["report"] });
  assert.equal(result.code, 0, result.stderr);
  const said = firmwareLines(result);
  const linesOf = (model: string) => said.filter((line) => line.model === idOf(model)) as FlashLine[];
  const first = await Promise.all(cores.flatMap((core) => CHECKED.map((checked) => inFlash(core, checked))));
  assert.deepEqual(linesOf("full"), first);
  assertKept("cortex-m", said as FlashLine[], t);

  const micro = linesOf("micro");
  assert.deepEqual(
    micro.map(({ core, checked }) => ({ core, checked })),
    first.map(({ core, checked }) => ({ core, checked })),
  );
  const [node] = await nodeAnswers([join(examples, "long.wav")], MICRO);
  for (const line of micro) {
    assertSameAnswer(line, node!);
    assert.ok(
      line.ramBytes <= RAM_BYTES && line.flashBytes <= MICRO_FLASH_BYTES,
      `${line.core}: ${line.ramBytes} RAM, ${line.flashBytes} flash`,
    );
  }
  const unchecked = micro.find(({ core, checked }) => core === "cortex-m4" && !checked)!;
  assert.ok(unchecked.instructions.total <= MICRO_INSTRUCTIONS, `${unchecked.instructions.total}`);
});

test("Cortex-M4: instructions, memory and flash stay under their ceilings", { skip }, async (t) => {
  const [checked, unchecked] = await Promise.all(CHECKED.map((choice) => inFlash("cortex-m4", choice)));
  const { frontend, network, total } = unchecked!.instructions;
  const withChecks = checked!.instructions.total;
  t.diagnostic(`checked takes ${(withChecks / total).toFixed(4)} times the instructions of unchecked`);
  assert.ok(network <= NETWORK_INSTRUCTIONS, `network: ${network}`);
  assert.ok(frontend <= FRONT_END_INSTRUCTIONS, `front end: ${frontend}`);
  assert.ok(withChecks <= CHECKED_INSTRUCTIONS, `checked: ${withChecks}`);
  for (const line of [checked!, unchecked!]) {
    assert.ok(line.ramBytes <= RAM_BYTES, `RAM: ${line.ramBytes}`);
    assert.ok(line.flashBytes <= FLASH_BYTES, `flash: ${line.flashBytes}`);
  }
});

for (const core of CORES) {
  test(`${core}: the examples that ship, read as files`, { skip }, async () => {
    assert.ok(exampleFiles.length > 1);
    for (const checked of checksOf(core))
      await assertAsInNode((await firstRun(core, checked)).said.slice(0, exampleFiles.length), exampleFiles);
  });

  test(`${core}: recordings of EMO-DB`, { skip: skip || noRecordings }, async () => {
    assert.equal(recordings.length, 12);
    assert.ok(heard(core, "yes").length >= 4);
    for (const checked of checksOf(core))
      await assertAsInNode((await firstRun(core, checked)).said.slice(exampleFiles.length), heard(core, checked));
  });
}

test("Cortex-M4: every format and odd chunks", { skip }, async () => {
  const folder = join(work, "odd");
  mkdirSync(folder);
  const wavs = oddButGoodWavs(voice(9000));
  for (const { name, bytes } of wavs) writeFileSync(join(folder, name), bytes);
  const files = wavs.map(({ name }) => join(folder, name));
  // The model that answers sooner: what reads files is the same.
  await assertAsInNode((await runOnFiles("cortex-m4", "yes", files, "micro")).said, files, MICRO);
});

/** [mean push, largest push, lsn_finish] in instructions, as docs/firmware.md has them of a checked or unchecked build. */
function documentedPushes(kind: string): number[] {
  const document = readFileSync(join(repositoryRoot, "docs", "firmware.md"), "utf8");
  const row = new RegExp(`^\\| ${kind} \\| ([\\d.]+) \\| ([\\d.]+) \\| ([\\d.]+) \\|$`, "m").exec(document);
  assert.ok(row, `docs/firmware.md has no row "${kind}"`);
  return row.slice(1).map((figure) => 1e6 * Number(figure));
}

for (const checked of CHECKED) {
  const kind = checked === "yes" ? "checked" : "unchecked";
  test(`Cortex-M4, ${kind}: what a push of one hop costs, as live sound comes`, {
    skip,
  }, async (t) => {
    const said = firmwareLines(await firmware("cortex-m4", checked, { FILES: "--pushes" }));
    const { samples, pushes, mean, largest, finish } = said[1] as unknown as Record<string, number>;
    const { total, frontend } = said[0]!.instructions!;
    t.diagnostic(`${pushes} pushes of ${samples} samples: mean ${mean}, largest ${largest}; finish ${finish} instructions`);
    assert.equal(samples, REFERENCE_FRONT_END.hopSamples);
    // Without the passes for the level, which are part of the front end.
    const all = pushes! * mean! + finish!;
    assert.ok(all < total && all > total - frontend, `${all} of ${total}`);
    assert.ok(largest! > 2 * mean! && largest! <= 10_000_000, `${largest}`);
    assert.ok(finish! <= 20_000_000, `${finish}`);
    // Another compiler counts a little otherwise.
    for (const [index, figure] of documentedPushes(kind).entries()) {
      const measured = [mean!, largest!, finish!][index]!;
      assert.ok(Math.abs(measured / figure - 1) < 0.02, `docs/firmware.md has ${figure} for ${measured}`);
    }
  });
}

test("files that cannot be read: a sentence each, exit status 1, and the others are answered", { skip }, async () => {
  const folder = join(work, "hostile");
  mkdirSync(folder);
  const good = join(folder, "good.wav");
  writeFileSync(good, wavFile(voice(20000)));
  const [answer] = await nodeAnswers([good]);
  const hostile = hostileWavs();
  for (const { name, bytes } of hostile) writeFileSync(join(folder, name), bytes);
  const missing = join(folder, "missing.wav");
  const files = [missing, ...hostile.map(({ name }) => join(folder, name)), folder, good];

  const result = await firmware("cortex-m4", "yes", { FILES: files.join(" ") });
  assertRecipeFailed(result, 1);
  const [flash, ...said] = firmwareLines(result);
  assertSameAnswer(flash!, longSound);
  assert.deepEqual(
    said.map(({ file }) => file),
    files,
  );
  assertSameAnswer(said.pop()!, answer!);
  for (const line of said) assert.match(line.error ?? JSON.stringify(line), /^[^\n"\\]{10,}$/);
  const errors = new Map(said.map(({ file, error }) => [file, error]));
  assert.equal(errors.get(missing), "there is no such file");
  // A file that ends within twelve bytes may be called one without samples, too: it holds too little to tell.
  for (const { name, bytes, status } of hostile.filter(({ bytes }) => bytes.length >= 12))
    assert.equal(errors.get(join(folder, name)), STATUS[status].sentence, `${name}, ${bytes.length} bytes`);
});

test("more names than the firmware has room for are not passed over in silence", { skip }, async () => {
  const files = Array.from({ length: 100 }, () => join(examples, "speech.wav").padStart(60, "/"));
  const result = await firmware("cortex-m4", "no", { FILES: files.join(" ") });
  assertRecipeFailed(result, 1);
  assert.equal(firmwareLines(result).at(-1)?.error, "the names of the files are too long together: give fewer at once");
});

test("a QEMU that does not count instructions: exit status 2, and its sentence", { skip }, async () => {
  await inFlash("cortex-m4", "yes");
  const elf = readdirSync(build, { recursive: true, encoding: "utf8" }).find((name) => name.endsWith("cortex-m4/firmware.elf"));
  const machine = ["-M", "mps2-an386", "-nographic", "-monitor", "none", "-serial", "none", "-kernel", join(build, elf!)];
  const semihosting = ["-semihosting-config", "enable=on,target=native,arg=firmware"];
  const { code, stdout } = await runProgram("timeout", ["300", "qemu-system-arm", ...machine, ...semihosting]);
  assert.equal(code, 2);
  const { error } = JSON.parse(stdout) as { error: string };
  assert.match(error, /^instructions are not counted: run QEMU with -icount shift=0$/);
});

for (const core of CORES) {
  test(`${core}: what must not go on stops the processor: exit status 3, and its sentence`, { skip }, async () => {
    await inFlash(core, "yes");
    const replaced = faultVariables(join(build, "full", core, "light_sernet.o"), join(work, "fault", core));
    for (const what of ["no-memory", "no-instruction", "damaged-state"]) {
      const result = await firmware(core, "yes", { ...replaced, FILES: what });
      assertRecipeFailed(result, 3);
      assert.equal(result.stdout, '{"error": "the processor stopped: a fault, or a bounds check that failed"}\n', what);
    }
    const result = await firmware(core, "yes", { ...replaced, FILES: "nothing" });
    assert.deepEqual({ code: result.code, stdout: result.stdout }, { code: 0, stdout: '{"error": "nothing stopped the processor"}\n' });
  });
}
