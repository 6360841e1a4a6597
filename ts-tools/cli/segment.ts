import { realpathSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { type Command, Option } from "commander";
import { nameOfBytes, systemPath } from "../host/file_names.js";
import { makeFolders } from "../host/folders.js";
import { PendingFiles, removeLeftovers } from "../host/pending_files.js";
import { findSounds, isWavName } from "../host/sound_files.js";
import { clearProgress, errorSentence, printError, printLine, printNotes, printWarnings, showProgress } from "../host/terminal.js";
import { loadFromFolder } from "../runtime/loader_node.js";
import type { WindowMode } from "../runtime/windows.js";
import { wavOf } from "../sounds/pcm.js";
import { visible } from "../text/visible_text.js";
import { defaultModel, MODEL_HELP } from "./default_model.js";
import { seconds } from "./run_program.js";
import { Segmenter } from "./segmenter.js";

export interface SegmentOptions {
  /** Seconds. */
  duration: number;
  mode: WindowMode;
  force?: boolean;
  /** The model whose module reads the sound: a shipped one, or the folder of a built one. */
  model: string;
}

/** Writes leveled segments of every sound in a folder to another folder with the same structure. Returns the exit code. */
export async function segmentFolder(input: string, output: string, options: SegmentOptions): Promise<number> {
  await checkFolders(input, output);
  const segmenter = await Segmenter.create((await loadFromFolder(options.model, "auto")).module, options);
  makeFolders(output);
  removeLeftovers(output, /\.wave?$/i);
  // A link may lead from the dataset to the output.
  const { files, notes } = await findSounds([input], output);
  printNotes(notes);
  let exitCode = 0;
  let written = 0;
  const taken = new Map<string, string>();
  for (const [index, found] of files.entries()) {
    showProgress(index + 1, files.length, found.file);
    try {
      if ("error" in found) throw found.error;
      const target = join(output, wavNameOf(relative(input, found.file)));
      const other = taken.get(target);
      if (other !== undefined) throw new Error(`its copy would have the name of that of ${other}; rename one of them`);
      taken.set(target, found.file);
      written += await segmentFile(segmenter, found.file, target, options);
    } catch (error) {
      printError(found.file, errorSentence(error));
      exitCode = 1;
    }
  }
  clearProgress();
  printLine(`${written} segments of ${options.duration} s from ${files.length} files are in ${visible(output)}`);
  return exitCode;
}

/** a.mp3 becomes a.mp3.wav: there may be an a.wav. */
function wavNameOf(name: string): string {
  return isWavName(name) ? name : `${name}.wav`;
}

/** Writes the segments of one file, all of them or none. */
async function segmentFile(segmenter: Segmenter, file: string, target: string, options: SegmentOptions): Promise<number> {
  const pending = new PendingFiles(options.force === true);
  const extension = extname(target);
  const stem = join(dirname(target), basename(target, extension));
  let count = 0;
  try {
    const warnings = await segmenter.segment(file, (samples) => {
      const name = options.mode === "windows" ? `${stem}_${String(count++).padStart(3, "0")}${extension}` : target;
      pending.write(name, wavOf(samples, segmenter.sampleRate));
    });
    const written = pending.commit();
    printWarnings(file, warnings);
    return written;
  } finally {
    pending.discard();
  }
}

async function checkFolders(input: string, output: string): Promise<void> {
  if (!(await stat(systemPath(input))).isDirectory()) throw new Error(`${input} is not a folder; name the folder of a dataset`);
  const inside = relative(realPath(input), realPath(output));
  if (inside === "" || (inside !== ".." && !inside.startsWith(`..${sep}`) && resolve(inside) !== inside)) {
    throw new Error(`${output} is inside ${input}, so the segments would be read again; choose another folder`);
  }
}

/** The real path of a folder that may not exist yet. */
function realPath(path: string): string {
  const full = resolve(path);
  try {
    return nameOfBytes(realpathSync.native(systemPath(full), { encoding: "buffer" }));
  } catch {
    return dirname(full) === full ? full : join(realPath(dirname(full)), basename(full));
  }
}

const EXAMPLES = `
Examples:
  $ light-sernet segment emodb/wav emodb-3s --duration 3
  $ light-sernet segment podcasts cut --duration 3 --mode windows

Every output is a 16-bit WAV file of the given length at the model's sample rate. A longer sound loses both ends (center) or becomes
several windows that overlap by half (windows: NAME_000.wav, NAME_001.wav, ...); a shorter one gets zeros on both sides. Segments have the
level of the model's input: the 99.9th percentile of the absolute samples becomes full scale. A copy of a.mp3 is called a.mp3.wav.`;

type Flags = Omit<SegmentOptions, "model"> & { model?: string };

export function registerSegment(program: Command): void {
  program
    .command("segment")
    .description("write leveled copies of a dataset, all of one length, as the network receives them")
    .argument("<indir>", "folder with sounds")
    .argument("<outdir>", "folder for the copies")
    .requiredOption("--duration <seconds>", "length of a segment", seconds)
    .addOption(
      new Option("--mode <mode>", "what to keep of longer sounds: their center, or all windows")
        .choices(["center", "windows"])
        .default("center"),
    )
    .option("--force", "overwrite existing files")
    .option("--model <model>", MODEL_HELP)
    .addHelpText("after", EXAMPLES)
    .action(async (input: string, output: string, { model = defaultModel(), ...options }: Flags) => {
      process.exitCode = await segmentFolder(input, output, { ...options, model });
    });
}
