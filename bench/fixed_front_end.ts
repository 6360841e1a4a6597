/**
 * A front end in fixed point beside that of the module: what firmware without an FPU would save, and how far its answers are from the module's.
 *
 *     node dist/bench/fixed_front_end.js FOLDS RECORDINGS [--out FILE]
 *
 * FOLDS: a folder with FOLD/light-sernet.simd.wasm and FOLD/model.json for each fold of a cross-validation, which is named after the speaker that it has not
 * learned from, such as "EMO-DB 11" (weights/folds/README.md). RECORDINGS: those of EMO-DB. Instructions are counted as in bench/firmware.ts.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { emodbSpeaker, labelOf } from "../ts-tools/evaluate/labels.js";
import { confusionOf, scoresOf } from "../ts-tools/evaluate/scores.js";
import { findUtterances, type Utterance } from "../ts-tools/evaluate/utterances.js";
import { runIfMain, UsageError } from "../ts-tools/host/main_module.js";
import { packageRoot } from "../ts-tools/host/package_root.js";
import { writeWhole } from "../ts-tools/host/pending_files.js";
import { printLine } from "../ts-tools/host/terminal.js";
import { indexOfLargest } from "../ts-tools/model/index_of_largest.js";
import { parseManifest } from "../ts-tools/model/parse_manifest.js";
import { AnswerComparison } from "../ts-tools/quantize/answer_comparison.js";
import { Engine } from "../ts-tools/runtime/engine.js";
import { readWavSamples, runNetwork, segmentMfcc } from "../ts-tools/runtime/features.js";
import { compilePrototype, fixedInputs, hashOf, inputDifferences, mfccOf, SOURCES, writeSettings } from "./fixed_front_end/prototype.js";
import { today } from "./measured/machine.js";
import { type MeasuredModules, measuredModules } from "./measured/modules.js";

/** Instructions for 3 s of speech, unchecked. */
export interface FixedCosts {
  core: string;
  /** The kernel of the network's products: build --firmware --kernel. */
  kernel: "long" | "word";
  network: number;
  /** The front end of the module, and the one in fixed point; of both the level, which is the same. */
  float: number;
  fixed: number;
  level: number;
  total: number;
  fixedTotal: number;
}

/** Answers of one model to recordings, with the inputs of both front ends. */
export interface FixedAgreement {
  model: string;
  recordings: number;
  sameLabel: number;
  /** The largest difference of a probability, per recording: mean and worst. */
  meanDifference: number;
  worstDifference: number;
  worstFile: string;
  /** Answers that are uncertain with one front end and accepted with the other. */
  otherAcceptance: number;
  /** Inputs of the network, integers in steps of 10/4095: the share that is equal, the mean difference and the largest, in steps. */
  equalInputs: number;
  meanInputDifference: number;
  largestInputDifference: number;
  /** Unweighted average recall with each front end. */
  floatUa: number;
  fixedUa: number;
}

export interface FixedReport {
  how: string;
  date: string;
  versions: Record<string, string>;
  node: string;
  modules: MeasuredModules;
  costs: FixedCosts[];
  agreement: FixedAgreement[];
}

const SHIPPED = path.join(packageRoot(), "weights", "full", "int8");
const MODULE = "light-sernet.simd.wasm";
const HOSTS = [
  { host: "cortex-m", core: "cortex-m3" },
  { host: "riscv", core: "rv32imac" },
] as const;
/** What is linked in place of a host's own program. */
const OBJECTS = "light_sernet front_end firmware print_number semihosting instructions reset startup memory sound".split(" ");

await runIfMain(import.meta.url, async () => {
  const { values, positionals } = parseArgs({ options: { out: { type: "string" } }, allowPositionals: true });
  const [folds, recordings, ...more] = positionals;
  if (!folds || !recordings || more.length > 0)
    throw new UsageError("usage: node dist/bench/fixed_front_end.js FOLDS RECORDINGS [--out FILE]");
  const { utterances } = await findUtterances(recordings);
  const work = mkdtempSync(path.join(tmpdir(), "light-sernet-fixed-"));
  try {
    const shipped = [{ folder: SHIPPED, utterances }];
    const heldOut = readdirSync(folds).map((fold) => {
      const ofSpeaker = utterances.filter(({ place }) => emodbSpeaker(place) === /\d+$/.exec(fold)?.[0]);
      if (ofSpeaker.length === 0)
        throw new Error(`${recordings} has no recordings of the speaker of ${path.join(folds, fold)}; name those of EMO-DB`);
      return { folder: path.join(folds, fold), utterances: ofSpeaker };
    });
    const counted: FixedCosts[] = [];
    for (const { host, core } of HOSTS) counted.push(...(await costs(host, core, work)));
    const report: FixedReport = {
      how: "node dist/bench/fixed_front_end.js FOLDS RECORDINGS",
      date: today(),
      versions: { gcc: version("arm-none-eabi-gcc"), gccRiscv: version("riscv64-unknown-elf-gcc"), qemu: version("qemu-system-arm") },
      node: process.version,
      modules: measuredModules(SHIPPED, [MODULE]),
      costs: counted,
      agreement: [
        await agreementOf("full, which has learned from them", shipped, work),
        await agreementOf("folds of full, which have not learned from these speakers", heldOut, work),
      ],
    };
    const text = `${JSON.stringify(report, null, 2)}\n`;
    if (values.out) writeWhole(values.out, text);
    else printLine(text.trimEnd());
  } finally {
    rmSync(work, { recursive: true });
  }
});

/** The answers of modules, each to recordings of its own, with both front ends. */
async function agreementOf(
  model: string,
  parts: readonly { folder: string; utterances: readonly Utterance[] }[],
  work: string,
): Promise<FixedAgreement> {
  const comparison = new AnswerComparison();
  const answers: { label: number; float: number; fixed: number }[] = [];
  let [otherAcceptance, inputs, equal, sum, largest, classCount] = [0, 0, 0, 0, 0, 0];
  for (const { folder, utterances } of parts) {
    const engine = await Engine.create(await WebAssembly.compile(readFileSync(path.join(folder, MODULE))));
    const { classes, acceptThreshold } = engine.model();
    classCount = classes.length;
    const manifest = path.join(folder, "model.json");
    const built = parseManifest(readFileSync(manifest, "utf8"), manifest);
    writeSettings(work, built);
    const { clip } = built.frontEnd;
    const recordings = utterances.map(({ file }) => readWavSamples(engine, readFileSync(file)));
    const fixedOfAll = fixedInputs(compilePrototype(work), engine, recordings);
    for (const [index, { file, place }] of utterances.entries()) {
      const label = labelOf(place, classes);
      if (label === undefined) throw new Error(`${file}: its name says no class; name the recordings of EMO-DB`);
      const mfcc = segmentMfcc(engine, recordings[index]!);
      const [float, fixed] = [runNetwork(engine, mfcc), runNetwork(engine, mfccOf(fixedOfAll[index]!, clip))];
      comparison.add(path.basename(file), float, fixed);
      answers.push({ label, float: indexOfLargest(float), fixed: indexOfLargest(fixed) });
      if (Math.max(...float) >= acceptThreshold !== Math.max(...fixed) >= acceptThreshold) otherAcceptance++;
      const differences = inputDifferences(fixedOfAll[index]!, mfcc, clip);
      inputs += mfcc.length;
      equal += differences.equal;
      sum += differences.sum;
      largest = Math.max(largest, differences.largest);
    }
  }
  const ua = (front: "float" | "fixed"): number =>
    scoresOf(
      confusionOf(
        answers.map((answer) => ({ label: answer.label, answered: answer[front] })),
        classCount,
      ),
    ).ua;
  const { agreeing, meanDifference, worstDifference, worstFile } = comparison.report()!;
  return {
    model,
    recordings: answers.length,
    sameLabel: agreeing,
    meanDifference,
    worstDifference,
    worstFile,
    otherAcceptance,
    equalInputs: equal / inputs,
    meanInputDifference: sum / inputs,
    largestInputDifference: largest,
    floatUa: ua("float"),
    fixedUa: ua("fixed"),
  };
}

/** The firmware of both kernels with the module's front end, and the one in fixed point, on one core. */
async function costs(host: string, core: string, work: string): Promise<FixedCosts[]> {
  const make = (...variables: string[]): string => {
    const parameters = ["-s", "-C", `hosts/${host}`, `CORE=${core}`, "MODEL=full", "CHECKED=no", ...variables];
    return execFileSync("make", parameters, { encoding: "utf8", cwd: packageRoot(), stdio: ["ignore", "pipe", "inherit"] }).trim();
  };
  const manifest = path.join(SHIPPED, "model.json");
  const engine = await Engine.create(await WebAssembly.compile(readFileSync(path.join(SHIPPED, MODULE))));
  writeSettings(work, parseManifest(readFileSync(manifest, "utf8"), manifest));
  const [expected] = fixedInputs(compilePrototype(work), engine, [
    readWavSamples(engine, readFileSync(path.join(packageRoot(), "examples", "long.wav"))),
  ]);
  const out = path.join(work, core);
  const objects = OBJECTS.map((name) => path.join(out, `${name}.o`)).join(" ");
  const line = make(`OUT=${out}`, `OBJECTS=${objects}`, `VPATH=../cortex-m:${SOURCES}`, `EXTRA_FLAGS=-I ${work}`);
  const { level, features, hash } = JSON.parse(line) as { level: number; features: number; hash: number };
  if (hash !== hashOf(expected!)) throw new Error(`${core} computes other rows than this machine`);
  return (["long", "word"] as const).map((kernel) => {
    const { instructions } = JSON.parse(make(`KERNEL=${kernel}`)) as { instructions: { frontend: number; network: number; total: number } };
    const { frontend: float, network, total } = instructions;
    const fixed = level + features;
    return { core, kernel, network, float, fixed, level, total, fixedTotal: network + fixed };
  });
}

function version(program: string): string {
  return execFileSync(program, ["--version"], { encoding: "utf8" }).split("\n")[0]!;
}
