/** What bench/results/firmware.json keeps is what the firmware of today counts: bench/documents writes the figures of the documents from that file. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { find, firmwareRows, read } from "../../bench/documents/sources.js";
import { type ToolVersions, toolVersion } from "../../bench/firmware.js";
import type { FlashLine, Host } from "./cortex_m_make.js";

const FILE = "firmware.json";
const COMPILER = { "cortex-m": "gcc", riscv: "gccRiscv" } as const satisfies Record<Host, keyof ToolVersions>;

/** Instructions, RAM and flash, to the last one. Another compiler makes other code, so then nothing is compared, and the test says so. */
export function assertKept(host: Host, lines: readonly FlashLine[], t: TestContext): void {
  const compiler = COMPILER[host];
  const here = toolVersion(compiler);
  const then = read<{ versions: ToolVersions }>(FILE).versions[compiler];
  if (here !== then) {
    t.diagnostic(`bench/results/${FILE} is not compared: it was measured with ${then}, and this is ${here}`);
    return;
  }
  for (const line of lines) {
    const { core, model, checked } = line;
    const figures = figuresOf(line);
    assert.deepEqual(
      figuresOf(find(firmwareRows(), { core, model, checked })),
      figures,
      `bench/results/${FILE} is out of date: ${core}, ${model}, checked: ${checked} is now ${JSON.stringify(figures)}; measure again (bench/README.md)`,
    );
  }
}

const figuresOf = ({ instructions, ramBytes, flashBytes }: Pick<FlashLine, "ramBytes" | "flashBytes"> & { instructions: object }) => ({
  instructions,
  ramBytes,
  flashBytes,
});
