/**
 * How far the int8 module is from the float model that it was built from, on every recording of a folder:
 *
 *     node dist/ts-tools/bench/agreement.js SOURCE BUILT_DIR WAVDIR > bench/results/agreement.json
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { packageVersion } from "../cli/package_info.js";
import { clearProgress, errorSentence, printError, printLine, showProgress } from "../cli/terminal.js";
import { importModel } from "../import/import_model.js";
import { floatNetwork } from "../quantize/float_forward.js";
import { Engine } from "../runtime/engine.js";
import { readWavSamples, segmentMfcc } from "../runtime/features.js";
import { indexOfLargest } from "../runtime/result.js";
import { findWavFiles } from "../wav_files.js";
import { runNetwork } from "./our_module.js";

export interface Agreement {
  source: string;
  sha256: string;
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
  const engine = await Engine.create(await WebAssembly.compile(await readFile(path.join(built, "light-sernet.wasm"))));
  const float = floatNetwork(await importModel(source));
  const { classes, sha256 } = engine.model();
  const files = await findWavFiles([folder]);
  const result: Agreement = {
    source: path.basename(source),
    sha256,
    version: packageVersion(),
    node: process.version,
    recordings: 0,
    sameLabel: 0,
    agreement: 0,
    meanDifference: 0,
    worstDifference: 0,
    worstFile: "",
    disagreements: [],
  };
  let sum = 0;
  for (const entry of files) {
    if ("error" in entry) throw entry.error;
    showProgress(result.recordings, files.length, entry.file);
    const mfcc = segmentMfcc(engine, readWavSamples(engine, await readFile(entry.file)));
    const expected = float(mfcc);
    const answer = runNetwork(engine, mfcc);
    const difference = Math.max(...answer.map((value, index) => Math.abs(value - expected[index]!)));
    const file = path.basename(entry.file);
    const labels = { float: classes[indexOfLargest(expected)]!, int8: classes[indexOfLargest(answer)]! };
    result.recordings++;
    if (labels.float === labels.int8) result.sameLabel++;
    else result.disagreements.push({ file, ...labels });
    sum += difference;
    if (difference > result.worstDifference) Object.assign(result, { worstDifference: difference, worstFile: file });
  }
  clearProgress();
  return { ...result, agreement: result.sameLabel / result.recordings, meanDifference: sum / result.recordings };
}

const [source, built, folder] = process.argv.slice(2);
if (source && built && folder) {
  await agreement(source, built, folder).then(
    (result) => printLine(JSON.stringify(result, null, 2)),
    (error: unknown) => {
      printError(source, errorSentence(error));
      process.exitCode = 1;
    },
  );
} else {
  printError(undefined, "usage: node dist/ts-tools/bench/agreement.js SOURCE BUILT_DIR WAVDIR");
  process.exitCode = 2;
}
