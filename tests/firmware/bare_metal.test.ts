/** hosts/bare-metal: a project with nothing but a compiler, built by its own Makefile and executed in QEMU's STM32F405. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { createRecognizer } from "../../ts-tools/runtime/index.js";
import { runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { skipHost } from "./cortex_m_make.js";

const folder = join(repositoryRoot, "hosts", "bare-metal");
const SECONDS = 120;
/** sound.S */
const SOUND_BYTES = 64_000;
/** Ceilings for firmware that calls only lsn_classify(). */
const FLASH_BYTES = { full: 512_000, micro: 180_000 } as const;

let work: string;
before(() => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-bare-"));
});
after(() => rmSync(work, { recursive: true, force: true }));

/** `make run` goes on after main(), as firmware does: what its serial port says up to the end of a line. */
function firstLine(): Promise<string> {
  // A group of its own, so that QEMU ends with make.
  const parameters = [String(SECONDS), "make", "--silent", "-C", folder, `OUT=${work}`, "run"];
  const child = spawn("timeout", parameters, { stdio: ["ignore", "pipe", "inherit"], detached: true });
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.endsWith("\n")) process.kill(-child.pid!);
    });
    child.on("error", reject);
    child.on("close", () => resolve(said));
  });
}

/** The linker has left out the stream, of which the sources have functions; bytes of flash besides the sound. */
async function assertWithoutStream(out: string, model: keyof typeof FLASH_BYTES, t: TestContext): Promise<void> {
  const elf = join(out, "firmware.elf");
  const size = await runProgram("arm-none-eabi-size", [elf]);
  const flash = Number(/\n\s*(\d+)/.exec(size.stdout)?.[1]) - SOUND_BYTES;
  t.diagnostic(`${flash} bytes of flash besides the sound`);
  assert.ok(flash <= FLASH_BYTES[model], `flash: ${flash}`);
  assert.match(readFileSync(join(out, "light-sernet", "src", "light_sernet_module.h"), "utf8"), /^static u32 module_pushStream\(/m);
  const { stdout } = await runProgram("arm-none-eabi-nm", [elf]);
  assert.match(stdout, / [tT] lsn_classify$/m);
  assert.doesNotMatch(stdout, /stream/i);
}

test("micro, with nothing but lsn_classify()", { skip: skipHost("cortex-m") }, async (t) => {
  const out = join(work, "micro");
  const { code, stderr } = await runProgram("make", ["-C", folder, `OUT=${out}`, "MODEL=../../weights/micro"]);
  assert.equal(code, 0, stderr);
  await assertWithoutStream(out, "micro", t);
});

test("a project of its own for an STM32F405: label and logits are those of Node", { skip: skipHost("cortex-m") }, async (t) => {
  const { code, stderr } = await runProgram("make", ["-C", folder, `OUT=${work}`]);
  assert.equal(code, 0, stderr);
  await assertWithoutStream(work, "full", t);
  const recognizer = await createRecognizer({ long: "center" });
  const samples = readPcmWav(join(repositoryRoot, "examples", "speech.wav")).subarray(0, 32000);
  const { label, logits } = recognizer.classify(samples, { sampleRate: 16000 });
  recognizer.close();
  assert.equal(await firstLine(), `${[label, ...Object.values(logits!)].join(" ")}\n`);
});

test("it takes nothing from the other hosts", () => {
  for (const name of readdirSync(folder))
    assert.doesNotMatch(readFileSync(join(folder, name), "utf8"), /cortex-m\/|firmware\.mk|newlib|specs/, name);
});
