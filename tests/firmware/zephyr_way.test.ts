/**
 * The firmware as Zephyr makes it, on cores with and without an FPU: freestanding, for size, with nothing but libgcc and a minimal C library, whose
 * sqrtf() is wrong in the last bit. The logits are those of Node on sounds that ship and on slices of three seconds.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Recognition } from "../../ts-tools/runtime/index.js";
import { THOROUGH } from "../module/cases.js";
import { lines } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { fillBuildFolder } from "../support/shipped_build.js";
import { wavFile } from "../support/wav.js";
import { assertSameAnswer, type FirmwareLine, firmwareLines, type Host, make, nodeAnswers, skipHost } from "./cortex_m_make.js";
import { CROSS, zephyrVariables } from "./zephyr_way.js";

const CORES: readonly { host: Host; core: string; squareRoot?: RegExp }[] = [
  { host: "cortex-m", core: "cortex-m3" },
  { host: "cortex-m", core: "cortex-m4", squareRoot: /\bvsqrt\.f32\b/ },
  { host: "cortex-m", core: "cortex-m33", squareRoot: /\bvsqrt\.f32\b/ },
  { host: "cortex-m", core: "cortex-m55", squareRoot: /\bvsqrt\.f32\b/ },
  { host: "riscv", core: "rv32imafc", squareRoot: /\bfsqrt\.s\b/ },
  { host: "riscv", core: "rv32imac" },
];
/** Both have the same front end, which is what floats and a C library could change, and the same functions for the network. */
const MODEL = THOROUGH ? "full" : "micro";
const SLICES = THOROUGH ? 60 : 6;
/** Quiet as far as a few steps, plain, and clipped: what floats do differs. */
const GAINS = [1, 0.25, 3, 0.01, 0.0005, 20];
const SEGMENT = 48_000;
/** Each run begins with the sound in flash; the names of more files may be too long together. */
const FILES_AT_ONCE = 20;

const examples = readdirSync(join(repositoryRoot, "examples"))
  .filter((name) => name.endsWith(".wav"))
  .map((name) => join(repositoryRoot, "examples", name));

let work: string;
let slices: string[];
let inNode: ReadonlyMap<string, Recognition>;

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-zephyr-"));
  slices = writeSlices();
  const sounds = [...examples, ...slices];
  const answers = await nodeAnswers(sounds, join(repositoryRoot, "weights", MODEL, "int8"));
  inNode = new Map(sounds.map((file, index) => [file, answers[index]!]));
  for (const host of ["cortex-m", "riscv"] as const) if (!skipHost(host)) await fillBuildFolder(join(work, host), [MODEL]);
});
after(() => rmSync(work, { recursive: true, force: true }));

/** Three seconds each of the two examples at 16 kHz, from places that are spread over them, with zeros where one ends. */
function writeSlices(): string[] {
  const sources = ["long.wav", "speech.wav"].map((name) => readPcmWav(join(repositoryRoot, "examples", name)));
  return Array.from({ length: SLICES }, (_, index) => {
    const source = sources[index % 3 === 2 ? 1 : 0]!;
    const begin = Math.floor((source.length * 0.9 * index) / SLICES);
    const gain = GAINS[index % GAINS.length]!;
    const samples = Array.from({ length: SEGMENT }, (_, i) =>
      Math.max(-32768, Math.min(32767, Math.round(gain * (source[begin + i] ?? 0)))),
    );
    const file = join(work, `${index}.wav`);
    writeFileSync(file, wavFile(samples));
    return file;
  });
}

/** The slices, in which what floats do differs, and on one core of each host the examples; with LIGHT_SERNET_THOROUGH=1 on all. */
const soundsOf = (core: string): readonly string[] =>
  THOROUGH || ["cortex-m4", "rv32imafc"].includes(core) ? [...examples, ...slices] : slices;

const run = (host: Host, core: string, variables: Readonly<Record<string, string>>) =>
  make(host, { BUILD: join(work, host), MODEL, CORE: core, ...zephyrVariables(host, join(work, core)), ...variables });

for (const { host, core, squareRoot } of CORES) {
  test(`${core}: the logits of Node, and no function of a library`, { skip: skipHost(host) }, async () => {
    const said: FirmwareLine[] = [];
    const files = soundsOf(core);
    for (let at = 0; at < files.length; at += FILES_AT_ONCE) {
      const result = await run(host, core, { FILES: files.slice(at, at + FILES_AT_ONCE).join(" ") });
      assert.equal(result.code, 0, result.stderr);
      said.push(...firmwareLines(result).slice(1));
    }
    assert.deepEqual(
      said.map(({ file }) => file),
      files,
    );
    for (const [index, file] of files.entries()) assertSameAnswer(said[index]!, inNode.get(file)!);

    const tool = (name: string, ...parameters: string[]): string =>
      spawnSync(`${CROSS[host]}${name}`, parameters, { encoding: "utf8", maxBuffer: 1 << 28 }).stdout;
    const undefinedSymbols = lines(tool("nm", "-u", join(work, core, "light_sernet.o"))).map((line) => line.trim().split(/\s+/)[1]!);
    assert.deepEqual(
      undefinedSymbols.filter((name) => !/^(mem(cpy|move|set)|__\w+)$/.test(name)),
      [],
    );
    assert.match(tool("nm", join(work, core, "minimal_libc.o")), / T sqrtf$/m);
    assert.doesNotMatch(tool("nm", join(work, core, "firmware.elf")), /sqrtf/);
    const code = tool("objdump", "-d", join(work, core, "light_sernet.o"));
    assert.ok(code.length > 100_000);
    if (squareRoot) assert.match(code, squareRoot);
  });
}

/** One wrong last bit seldom reaches a logit (in none of twelve slices), so what the tests above look at is the symbol. */
test("a build that calls the library's sqrtf() is noticed", { skip: skipHost("cortex-m") }, async () => {
  const sources = join(work, "calling");
  mkdirSync(sources);
  cpSync(join(work, "cortex-m", MODEL, "source"), sources, { recursive: true });
  writeFileSync(join(sources, "src", "light_sernet_sqrt.h"), "float sqrtf(float x);\n#define wasm_sqrtf(x) sqrtf(x)\n");
  const before = readFileSync(join(sources, "src", "light_sernet_module.h"));
  const result = await run("cortex-m", "cortex-m4", {
    SOURCES: sources,
    ...zephyrVariables("cortex-m", join(work, "calling-objects")),
  });
  assert.equal(result.code, 0, result.stderr);
  assert.deepEqual(readFileSync(join(sources, "src", "light_sernet_module.h")), before, "the folder was written anew");
  const { stdout } = spawnSync(`${CROSS["cortex-m"]}nm`, ["-u", join(work, "calling-objects", "light_sernet.o")], { encoding: "utf8" });
  assert.match(stdout, /\bsqrtf\b/);
});
