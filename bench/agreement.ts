/**
 * How far the int8 module is from the float model that it was built from, on every recording of a folder:
 *
 *     node dist/bench/agreement.js SOURCE BUILT_DIR WAVDIR > bench/results/agreement.json
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { systemPath } from "../ts-tools/host/file_names.js";
import { runIfMain, UsageError } from "../ts-tools/host/main_module.js";
import { packageVersion } from "../ts-tools/host/package_info.js";
import { findSounds } from "../ts-tools/host/sound_files.js";
import { clearProgress, printLine, printNotes, showProgress } from "../ts-tools/host/terminal.js";
import { importModel } from "../ts-tools/import/import_model.js";
import { moduleFile } from "../ts-tools/model/builds.js";
import { AnswerComparison } from "../ts-tools/quantize/answer_comparison.js";
import { floatNetwork } from "../ts-tools/quantize/float_forward.js";
import { Engine } from "../ts-tools/runtime/engine.js";
import { readWavSamples, runNetwork, segmentMfcc } from "../ts-tools/runtime/features.js";
import { type MeasuredModules, measuredModules } from "./measured/modules.js";

export interface Agreement {
  source: string;
  sha256: string;
  modules: MeasuredModules;
  version: string;
  node: string;
  recordings: number;
  sameLabel: number;
  agreement: number;
  /** The largest difference of a probability, per recording: mean and worst. */
  meanDifference: number;
  worstDifference: number;
  worstFile: string;
  disagreements: { file: string; float: string; int8: string }[];
}

export async function agreement(source: string, built: string, folder: string): Promise<Agreement> {
  const engine = await Engine.create(await WebAssembly.compile(await readFile(path.join(built, moduleFile("scalar")))));
  const float = floatNetwork(await importModel(source));
  const { classes, sha256 } = engine.model();
  const { files, notes } = await findSounds([folder]);
  printNotes(notes);
  const comparison = new AnswerComparison();
  for (const [index, entry] of files.entries()) {
    if ("error" in entry) throw entry.error;
    showProgress(index, files.length, entry.file);
    const mfcc = segmentMfcc(engine, readWavSamples(engine, await readFile(systemPath(entry.file))));
    comparison.add(path.basename(entry.file), float(mfcc), runNetwork(engine, mfcc));
  }
  clearProgress();
  const { agreeing, disagreements, ...answers } = comparison.report()!;
  return {
    source: path.basename(source),
    sha256,
    modules: measuredModules(built, [moduleFile("scalar")]),
    version: packageVersion(),
    node: process.version,
    recordings: files.length,
    sameLabel: agreeing,
    ...answers,
    disagreements: disagreements.map(({ file, float, quantized }) => ({ file, float: classes[float]!, int8: classes[quantized]! })),
  };
}

await runIfMain(import.meta.url, async () => {
  const [source, built, folder] = process.argv.slice(2);
  if (!source || !built || !folder) throw new UsageError("usage: node dist/bench/agreement.js SOURCE BUILT_DIR WAVDIR");
  printLine(JSON.stringify(await agreement(source, built, folder), null, 2));
});
