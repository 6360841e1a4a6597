/** hosts/riscv: the firmware of hosts/cortex-m on a RISC-V core with floats in hardware, executed in QEMU, against the same module in Node. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { STATUS, type StatusName } from "../../ts-tools/abi/status.js";
import { THOROUGH } from "../module/cases.js";
import { recordingFile, referenceAnswers, skip as skipRecordings } from "../module/upstream_model.js";
import { runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { fillBuildFolder } from "../support/shipped_build.js";
import { wavFile } from "../support/wav.js";
import {
  assertRecipeFailed,
  assertSameAnswer,
  faultVariables,
  firmwareLines,
  flashLine,
  make,
  missingPrograms,
  nodeAnswers,
  skipHost,
} from "./cortex_m_make.js";
import { assertKept } from "./kept_figures.js";

/** As on a Cortex-M: the state and the stack. */
const RAM_BYTES = 72 * 1024;
/** With what reads WAV files and prints, and 7 KB of kernels for wide tiles, which a Cortex-M4 leaves out. */
const FLASH_BYTES = { full: 533_000, micro: 197_000 };

/** Unchecked, of everything. */
const INSTRUCTIONS = { full: 300_000_000, micro: 95_000_000 };

const sentenceOf = (name: string): string => STATUS[name as StatusName].sentence;

const skip = skipHost("riscv");
const examples = join(repositoryRoot, "examples");

let work: string;

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-riscv-"));
  if (!skip) await fillBuildFolder(join(work, "build"), ["full", "micro"]);
});
after(() => rmSync(work, { recursive: true }));

// A folder of its own: files in build/ may be made from other sources or with other flags.
const firmware = (checked: string, more: Readonly<Record<string, string>> = {}) =>
  make("riscv", { BUILD: join(work, "build"), MODEL: "full", CHECKED: checked, ...more });

for (const checked of ["yes", "no"]) {
  test(`${checked === "yes" ? "checked" : "unchecked"}: logits as in Node, and the counts repeat exactly`, { skip }, async (t) => {
    const line = flashLine(await firmware(checked));
    assert.deepEqual({ core: line.core, checked: line.checked }, { core: "rv32imafc", checked: checked === "yes" });
    const [node] = await nodeAnswers([join(examples, "long.wav")]);
    assertSameAnswer(line, node!);
    assert.deepEqual(flashLine(await firmware(checked)), line);
    const { frontend, network, total, exactTo } = line.instructions;
    assert.deepEqual({ sum: frontend + network, exactTo }, { sum: total, exactTo: 1 });
    t.diagnostic(`front end ${frontend}, network ${network}, total ${total} instructions; ${line.ramBytes} RAM, ${line.flashBytes} flash`);
    assert.ok(line.ramBytes <= RAM_BYTES, `RAM: ${line.ramBytes}`);
    assert.ok(line.flashBytes <= FLASH_BYTES.full, `flash: ${line.flashBytes}`);
    const micro = flashLine(await firmware(checked, { MODEL: "micro" }));
    const [microInNode] = await nodeAnswers([join(examples, "long.wav")], join(repositoryRoot, "weights", "micro", "int8"));
    assertSameAnswer(micro, microInNode!);
    assert.ok(micro.flashBytes <= FLASH_BYTES.micro, `flash of micro: ${micro.flashBytes}`);
    if (checked === "no") {
      assert.ok(total <= INSTRUCTIONS.full, `${total}`);
      assert.ok(micro.instructions.total <= INSTRUCTIONS.micro, `micro: ${micro.instructions.total}`);
    }
    assertKept("riscv", [line, micro], t);
  });
}

async function assertFilesAsInNode(checked: string, files: readonly string[]): Promise<void> {
  const result = await firmware(checked, { FILES: files.join(" ") });
  assert.equal(result.code, 0, result.stderr);
  const said = firmwareLines(result).slice(1);
  assert.deepEqual(
    said.map(({ file }) => file),
    files,
  );
  for (const [index, node] of (await nodeAnswers(files)).entries()) assertSameAnswer(said[index]!, node);
}

test("the examples that ship, read as files", { skip }, async () => {
  const files = readdirSync(examples)
    .filter((name) => name.endsWith(".wav"))
    .map((name) => join(examples, name));
  for (const checked of ["yes", "no"]) await assertFilesAsInNode(checked, files);
});

test("twelve recordings of EMO-DB", { skip: skip || skipRecordings }, async () => {
  const files = Object.keys(referenceAnswers().files).map(recordingFile);
  assert.equal(files.length, 12);
  // The unchecked build is the same C without the checks, and has heard the examples.
  for (const checked of THOROUGH ? ["yes", "no"] : ["yes"]) await assertFilesAsInNode(checked, files);
});

test("files that cannot be read: a sentence each, exit status 1, and the others are answered", { skip }, async () => {
  const good = join(examples, "speech.wav");
  const wrong = {
    "missing.wav": undefined,
    "empty.wav": "",
    "text.wav": "This is a text and no sound at all, whatever its name may say.\n",
    "header.wav": wavFile(new Int16Array(4000)).slice(0, 44),
  };
  const folder = join(work, "wrong");
  mkdirSync(folder);
  for (const [name, bytes] of Object.entries(wrong)) if (bytes !== undefined) writeFileSync(join(folder, name), bytes);
  const files = Object.keys(wrong).map((name) => join(folder, name));
  const result = await firmware("no", { FILES: [...files, good].join(" ") });
  assertRecipeFailed(result, 1);
  const said = firmwareLines(result).slice(1);
  assertSameAnswer(said.pop()!, (await nodeAnswers([good]))[0]!);
  assert.deepEqual(
    said.map(({ file }) => file),
    files,
  );
  const errors = said.map(({ error }) => error);
  assert.deepEqual(errors, ["there is no such file", ...["EMPTY_FILE", "WAV_NOT_RIFF", "WAV_EMPTY"].map(sentenceOf)]);
});

test("a QEMU that does not count instructions: exit status 2, and its sentence", { skip }, async () => {
  flashLine(await firmware("yes"));
  const elf = readdirSync(work, { recursive: true, encoding: "utf8" }).find((name) => name.endsWith("rv32imafc/firmware.elf"));
  const machine = ["-M", "virt", "-bios", "none", "-nographic", "-monitor", "none", "-serial", "none", "-kernel", join(work, elf!)];
  const semihosting = ["-semihosting-config", "enable=on,target=native,arg=firmware"];
  const { code, stdout } = await runProgram("timeout", ["300", "qemu-system-riscv32", ...machine, ...semihosting]);
  assert.equal(code, 2);
  assert.match((JSON.parse(stdout) as { error: string }).error, /^instructions are not counted: run .* with -icount shift=0$/);
});

test("what must not go on stops the processor: exit status 3, and its sentence", { skip }, async () => {
  flashLine(await firmware("yes"));
  const replaced = faultVariables(join(work, "build", "full", "rv32imafc", "light_sernet.o"), join(work, "fault"));
  for (const what of ["no-memory", "no-instruction", "damaged-state"]) {
    const result = await firmware("yes", { ...replaced, FILES: what });
    assertRecipeFailed(result, 3);
    assert.equal(result.stdout, '{"error": "the processor stopped: a trap, or a bounds check that failed"}\n', what);
  }
});

test("missing tools are named as Debian packages", { skip: missingPrograms({ timeout: "coreutils", make: "make" }) }, async () => {
  const result = await make("riscv", { BUILD: join(work, "nothing"), CROSS: "/nonexistent/", QEMU: "nonexistent" });
  assertRecipeFailed(result, 1);
  assert.match(result.stderr, /^missing Debian packages: gcc-riscv64-unknown-elf qemu-system-misc$/m);
  assert.ok(!existsSync(join(work, "nothing")), "nothing is begun without the tools");
});
