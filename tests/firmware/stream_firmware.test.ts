/** hosts/cortex-m/stream.c, a recording as a microphone: executed in QEMU, its bits are those of Node; and what it costs. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { ShippedModel } from "../../ts-tools/runtime/shipped_models.js";
import { lines } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { fillBuildFolder } from "../support/shipped_build.js";
import { voice } from "../support/sounds.js";
import { type Host, make, skipHost } from "./cortex_m_make.js";
import { assertWorthComparing, joined, quietRoom, StreamInstance, type StreamLine } from "./stream_in_node.js";
import { bytesOf } from "./workplace.js";

/** Ceilings on a Cortex-M4F, unchecked: instructions from one answer to the next, of a push of 256 samples, and bytes. */
const CEILINGS = {
  full: { open: 38_000_000, largest: 10_000_000, flash: 524_288 },
  micro: { open: 15_000_000, largest: 4_000_000, flash: 196_608 },
} as const;
const CLOSED = 5_000_000;
const RAM_BYTES = 72 * 1024;
/** Samples that docs/firmware.md says have room for what arrives during the longest push. */
const RING = 2048;
const RING_WITHOUT_FPU = 4096;

/** The last line of stream.c. */
interface CostLine {
  core: string;
  pushes: number;
  samples: number;
  mean: number;
  largest: number;
  finish: number;
  open: number;
  openHops: number;
  largestOpen: number;
  largestClosed: number;
  closedHops: number;
  waiting?: Record<string, number>;
  ramBytes: number;
  flashBytes: number;
}

let work: string;
const builds = { "cortex-m": "", riscv: "" };
before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-stream-"));
  for (const host of ["cortex-m", "riscv"] as const) {
    builds[host] = join(work, host);
    if (!skipHost(host)) await fillBuildFolder(builds[host], ["full", "micro"]);
  }
});
after(() => rmSync(work, { recursive: true, force: true }));

const inFlash = readPcmWav(join(repositoryRoot, "examples", "long.wav"));
const HOP = 256;

interface Streamed {
  said: StreamLine[];
  cost: CostLine;
}

/** Runs stream.c: what it says of each answer, and its last line. */
async function streamed(host: Host, variables: Readonly<Record<string, string>>): Promise<Streamed> {
  const { code, stdout, stderr } = await make(host, { BUILD: builds[host], PROGRAM: "stream", ...variables });
  assert.equal(code, 0, stderr + stdout);
  const all = lines(stdout).map((line) => {
    const { core: _core, model: _model, checked: _checked, file: _file, probabilities: _printed, ...said } = JSON.parse(line);
    return said as unknown;
  });
  return { cost: all.pop() as CostLine, said: all as StreamLine[] };
}

/** What stream.c hears by itself. */
const heard = joined(quietRoom(HOP * 192), inFlash, new Int16Array(HOP * 256));

for (const model of ["full", "micro"] as const satisfies readonly ShippedModel[]) {
  test(`Cortex-M4, ${model}: the bits of Node, and a hop, a push, RAM and flash under their ceilings`, {
    skip: skipHost("cortex-m"),
  }, async (t) => {
    const { said, cost } = await streamed("cortex-m", { MODEL: model, CHECKED: "no", FILES: "--megahertz=168" });
    const expected = (await StreamInstance.create(model)).lines(heard);
    assertWorthComparing(expected);
    assert.deepEqual(said, expected);
    t.diagnostic(JSON.stringify(cost));
    const { open, largest, flash } = CEILINGS[model];
    assert.ok(cost.openHops >= 10 && cost.largestOpen <= open, `a hop: ${cost.largestOpen}`);
    assert.ok(cost.closedHops >= 4 && cost.largestClosed <= CLOSED, `a hop while nobody speaks: ${cost.largestClosed}`);
    assert.ok(cost.largest <= largest, `a push: ${cost.largest}`);
    assert.ok(cost.ramBytes <= RAM_BYTES, `RAM: ${cost.ramBytes}`);
    assert.ok(cost.flashBytes <= flash, `flash: ${cost.flashBytes}`);
    assert.ok(cost.waiting!["168"]! <= RING, `waiting: ${cost.waiting!["168"]}`);
  });

  test(`Cortex-M4, ${model}: the end of a stream that has just begun to hear somebody costs two hops at most`, {
    skip: skipHost("cortex-m"),
  }, async (t) => {
    const sound = readPcmWav(join(repositoryRoot, "examples/emodb/anger_15a04Wb.wav")).subarray(0, 4800);
    const file = join(work, `brief-${model}.raw`);
    writeFileSync(file, bytesOf(sound));
    const { said, cost } = await streamed("cortex-m", { MODEL: model, CHECKED: "no", FILES: `--quiet=20 --silence=0 ${file}` });
    assert.deepEqual(said, (await StreamInstance.create(model)).lines(joined(quietRoom(HOP * 20), sound)));
    t.diagnostic(`${cost.finish} instructions`);
    const { open } = CEILINGS[model];
    assert.ok(cost.finish > open && cost.finish <= 2 * open, `finish: ${cost.finish}`);
  });
}

test(`a ring of ${RING} samples is enough for every chip with an FPU that keeps up, ${RING_WITHOUT_FPU} without, as it was counted`, () => {
  const { streams } = JSON.parse(readFileSync(join(repositoryRoot, "bench/results/firmware.json"), "utf8")) as { streams: CostLine[] };
  const HOP_SECONDS = 8192 / 16000;
  const waiting = streams.flatMap(({ core, open, waiting }) =>
    Object.entries(waiting!)
      // At 1.5 cycles an instruction.
      .filter(([megahertz]) => (1.5 * open) / (Number(megahertz) * 1e6) < HOP_SECONDS)
      .map(([megahertz, samples]) => ({ core, megahertz, samples })),
  );
  assert.ok(waiting.length > 10);
  for (const { core, megahertz, samples } of waiting)
    assert.ok(samples <= (core === "rv32imac" ? RING_WITHOUT_FPU : RING), `${core}: ${samples} at ${megahertz} MHz`);
});

/** A short conversation, a file for each run: it ends while somebody speaks. */
const CORES: readonly { host: Host; core: string; checked: string; piece: number }[] = [
  { host: "cortex-m", core: "cortex-m4", checked: "yes", piece: 100 },
  { host: "cortex-m", core: "cortex-m3", checked: "yes", piece: 512 },
  { host: "cortex-m", core: "cortex-m33", checked: "no", piece: 1 },
  { host: "cortex-m", core: "cortex-m55", checked: "no", piece: 257 },
  { host: "riscv", core: "rv32imafc", checked: "yes", piece: 160 },
  { host: "riscv", core: "rv32imac", checked: "no", piece: 256 },
];
for (const { host, core, checked, piece } of CORES) {
  test(`${core}, micro, ${checked === "yes" ? "checked" : "unchecked"}: pieces of ${piece} samples, the bits of Node`, {
    skip: skipHost(host),
  }, async () => {
    const sound = joined(quietRoom(9_000), voice(26_000), quietRoom(9_000), voice(11_111, 16000, 3));
    const file = join(work, `${core}.raw`);
    writeFileSync(file, bytesOf(sound));
    const FILES = `--quiet=0 --silence=0 --piece=${piece} ${file}`;
    const { said, cost } = await streamed(host, { MODEL: "micro", CORE: core, CHECKED: checked, FILES });
    const expected = (await StreamInstance.create("micro")).lines(sound, piece);
    assert.ok(expected.length >= 5, `${expected.length} lines`);
    assert.deepEqual(said, expected);
    assert.equal(cost.pushes, Math.ceil(sound.length / piece));
    assert.ok(cost.ramBytes <= RAM_BYTES);
  });
}
