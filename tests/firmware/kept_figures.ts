/** What bench/results/firmware.json keeps is what the firmware of today counts: bench/documents writes the figures of the documents from that file. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { repositoryRoot } from "../support/paths.js";
import type { FlashLine, Host } from "./cortex_m_make.js";

const FILE = "bench/results/firmware.json";

interface KeptFigures {
  versions: { gcc: string; gccRiscv: string; qemu: string };
  results: readonly (FlashLine & { subject?: string })[];
}

const COMPILERS: Readonly<Record<Host, [program: string, version: "gcc" | "gccRiscv"]>> = {
  "cortex-m": ["arm-none-eabi-gcc", "gcc"],
  riscv: ["riscv64-unknown-elf-gcc", "gccRiscv"],
};

/** Instructions, RAM and flash, to the last one. Another compiler makes other code, so then nothing is compared, and the test says so. */
export function assertKept(host: Host, lines: readonly FlashLine[], t: TestContext): void {
  const { versions, results } = JSON.parse(readFileSync(join(repositoryRoot, FILE), "utf8")) as KeptFigures;
  const [program, version] = COMPILERS[host];
  const here = execFileSync(program, ["--version"], { encoding: "utf8" }).split("\n")[0];
  if (here !== versions[version]) {
    t.diagnostic(`${FILE} is not compared: it was measured with ${versions[version]}, and this is ${here}`);
    return;
  }
  for (const line of lines) {
    const { core, model, checked } = line;
    const kept = results.find((result) => result.core === core && result.model === model && result.checked === checked);
    const figures = JSON.stringify(figuresOf(line));
    assert.deepEqual(
      kept && figuresOf(kept),
      figuresOf(line),
      `${FILE} is out of date: ${core}, ${model}, checked: ${checked} is now ${figures}; measure again (bench/README.md)`,
    );
  }
}

const figuresOf = ({ instructions, ramBytes, flashBytes }: FlashLine) => ({ instructions, ramBytes, flashBytes });
