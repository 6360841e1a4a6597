/**
 * An hour of a stream in Node, under wasmtime, and as C, plain and under AddressSanitizer and UBSan, in pieces of many sizes: the answers must be those of the scalar
 * module in Node, and memory must not grow. Writes bench/results/stream_hour.json; takes half an hour.
 *
 *     node dist/tests/hour/main.js [--seconds 3600] [--model full]... [--out FILE]
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { machine, today } from "../../bench/measured/machine.js";
import { measuredModules } from "../../bench/measured/modules.js";
import { runIfMain, UsageError } from "../../ts-tools/host/main_module.js";
import { writeWhole } from "../../ts-tools/host/pending_files.js";
import { printLine } from "../../ts-tools/host/terminal.js";
import { MODULE_BUILDS, moduleFile } from "../../ts-tools/model/builds.js";
import { isShippedModel, type ShippedModel } from "../../ts-tools/runtime/shipped_models.js";
import { CC, SANITIZE } from "../firmware/c_build.js";
import { StreamInstance } from "../firmware/stream_in_node.js";
import { findPython } from "../module/python.js";
import { repositoryRoot } from "../support/paths.js";
import { shippedBuild } from "../support/shipped_build.js";
import { type HourRun, inC, inNode, inWasmtime, runSubject } from "./runs.js";
import { talk } from "./sound.js";

interface ModelHour {
  model: ShippedModel;
  answers: number;
  /** Of all numbers of all answers. */
  sha256: string;
  runs: HourRun[];
}

async function measure(model: ShippedModel, samples: Int16Array, python: string): Promise<ModelHour> {
  const work = mkdtempSync(join(tmpdir(), "light-sernet-hour-"));
  try {
    const instance = await StreamInstance.create(model);
    const expected = instance.numbers(samples);
    printLine(`${model}: ${expected.length} answers`);
    const runs: HourRun[] = [];
    const { out, firmware } = await shippedBuild(model);
    for (const subject of [...inNode(out), ...inWasmtime(out, python), ...(await inC(firmware, work))]) {
      const run = await runSubject(subject, samples, expected, instance.classes.length);
      printLine(JSON.stringify(run));
      runs.push(run);
    }
    const sha256 = createHash("sha256").update(expected.join("\n")).digest("hex");
    return { model, answers: expected.length, sha256, runs };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function versions(python: string): Record<string, string> {
  const wasmtime = 'from importlib.metadata import version; print(version("wasmtime"))';
  const firstLine = (program: string, ...parameters: string[]): string =>
    execFileSync(program, parameters, { encoding: "utf8" }).split("\n")[0]!;
  return { node: process.version, wasmtime: firstLine(python, "-c", wasmtime), compiler: firstLine(CC, "--version") };
}

await runIfMain(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "3600" },
      model: { type: "string", multiple: true, default: ["micro", "full"] },
      out: { type: "string", default: join(repositoryRoot, "bench", "results", "stream_hour.json") },
    },
  });
  const seconds = Number(values.seconds);
  if (!Number.isInteger(seconds) || seconds < 61) throw new UsageError("--seconds must be a whole number above 60");
  const models = values.model.filter(isShippedModel);
  if (models.length < values.model.length) throw new UsageError("--model must be the name of a model that ships");
  const python = findPython();
  if ("missing" in python) throw new Error(python.missing);
  const samples = talk(seconds);
  const results: ModelHour[] = [];
  for (const model of models) results.push(await measure(model, samples, python.program));
  const files = MODULE_BUILDS.map(moduleFile);
  const modules = Object.assign(
    {},
    ...models.map((model) => measuredModules(join(repositoryRoot, "weights", model, "int8"), files)),
  ) as object;
  const report = { how: "node dist/tests/hour/main.js", date: today(), machine: machine(), versions: versions(python.program) };
  writeWhole(values.out, `${JSON.stringify({ ...report, flags: SANITIZE, modules, seconds, results }, null, 2)}\n`);
});
