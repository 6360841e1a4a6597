/**
 * An hour of a stream as C: under AddressSanitizer and UBSan in pieces of any size, and plain; the answers must be those of Node, and memory must not grow.
 *
 *     node dist/tests/firmware/stream_hour.js [--seconds 3600] [--model full] [--out FILE]
 *
 * The sound is the recordings that ship, at other volumes, with pauses, noise and zeros between them. It is the same in every run.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measuredModules } from "../../bench/measured/modules.js";
import { runIfMain } from "../../ts-tools/host/main_module.js";
import { writeWhole } from "../../ts-tools/host/pending_files.js";
import { printLine } from "../../ts-tools/host/terminal.js";
import type { ShippedModel } from "../../ts-tools/runtime/shipped_models.js";
import { lines, runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { Random } from "../support/random.js";
import { shippedBuild } from "../support/shipped_build.js";
import { noise } from "../support/sounds.js";
import { CC, compileC, SANITIZE, source } from "./c_build.js";
import { StreamInstance } from "./stream_in_node.js";
import { bytesOf } from "./workplace.js";

const RATE = 16_000;

function sound(seconds: number): Int16Array {
  const examples = join(repositoryRoot, "examples");
  const emodb = readdirSync(join(examples, "emodb")).filter((name) => name.endsWith(".wav"));
  const recordings = ["long.wav", "speech.wav", ...emodb.map((name) => join("emodb", name))].map((name) =>
    readPcmWav(join(examples, name)),
  );
  const random = new Random(20);
  const below = (count: number): number => Math.floor(count * random.unit());
  const all = new Int16Array(seconds * RATE);
  for (let at = 0; at < all.length; ) {
    const recording = recordings[below(recordings.length)]!;
    const gain = 10 ** (-below(40) / 20);
    const spoken = recording.map((sample) => Math.round(gain * sample)).subarray(0, all.length - at);
    all.set(spoken, at);
    at += spoken.length;
    const pause = Math.min(below(10 * RATE), all.length - at);
    // Zeros, a quiet room, a loud one.
    const amplitude = [0, 0, 20, 300][below(4)]!;
    if (amplitude > 0) all.set(noise(pause, amplitude, at + 1), at);
    at += pause;
  }
  return all;
}

interface HourRun {
  build: string;
  seed: number;
  answers: number;
  kilobytesAfterMinute: number;
  kilobytesAtEnd: number;
  seconds: number;
}

async function measure(seconds: number, model: ShippedModel): Promise<object> {
  const work = mkdtempSync(join(tmpdir(), "light-sernet-hour-"));
  try {
    const samples = sound(seconds);
    const expected = (await StreamInstance.create(model)).numbers(samples);
    printLine(`Node: ${expected.length} answers`);
    const include = join((await shippedBuild(model)).firmware, "src");
    const builds = { plain: ["-O2"], sanitized: SANITIZE } as const;
    const runs: HourRun[] = [];
    for (const [build, seed] of [
      ["plain", 1],
      ["sanitized", 0],
      ["sanitized", 2],
    ] as const) {
      const sources = [source("stream_driver.c"), join(include, "light_sernet.c")];
      const program = await compileC(join(work, build), sources, [...builds[build], "-I", include]);
      const begin = performance.now();
      const { code, stdout, stderr } = await runProgram(program, [String(seed), "1", "0"], { input: bytesOf(samples) });
      assert.equal(code, 0, stderr);
      assert.deepEqual(lines(stdout), expected, `${build}, seed ${seed}`);
      const kilobytes = lines(stderr).map(Number);
      const run = {
        build,
        seed,
        answers: expected.length,
        kilobytesAfterMinute: kilobytes[0]!,
        kilobytesAtEnd: kilobytes.at(-1)!,
        seconds: Math.round((performance.now() - begin) / 1000),
      };
      printLine(JSON.stringify(run));
      assert.ok(run.kilobytesAtEnd - run.kilobytesAfterMinute <= 256, "memory has grown");
      runs.push(run);
    }
    const compiler = execFileSync(CC, ["--version"], { encoding: "utf8" }).split("\n")[0]!;
    const sha256 = createHash("sha256").update(expected.join("\n")).digest("hex");
    const modules = measuredModules(join(repositoryRoot, "weights", model, "int8"), ["light-sernet.wasm"]);
    return { compiler, flags: SANITIZE, modules, model, seconds, answers: expected.length, sha256, runs };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

await runIfMain(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "3600" },
      model: { type: "string", default: "full" },
      out: { type: "string", default: join(repositoryRoot, "bench", "results", "stream-c.json") },
    },
  });
  const result = await measure(Number(values.seconds), values.model as ShippedModel);
  writeWhole(values.out, `${JSON.stringify(result, null, 2)}\n`);
});
