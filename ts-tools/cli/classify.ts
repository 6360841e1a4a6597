import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import { STDIN } from "../host/file_names.js";
import { findSounds, type SoundFile } from "../host/sound_files.js";
import { clearProgress, errorSentence, mayColor, printError, printNotes, printWarnings, showProgress } from "../host/terminal.js";
import { BUILDS, type Build } from "../model/builds.js";
import type { SoundLayout } from "../runtime/converter.js";
import type { Recognition } from "../runtime/result.js";
import { nodeClassifier } from "./classify_node.js";
import { type LineWriter, lineWriter, type OutputFormat } from "./classify_output.js";
import { piecesClassifier } from "./classify_pieces.js";
import { threadsClassifier } from "./classify_threads.js";
import { wasmtimeClassifier } from "./classify_wasmtime.js";
import { defaultModel, MODEL_HELP } from "./default_model.js";
import type { FileClassifier } from "./file_classifier.js";
import { inOrder } from "./in_order.js";
import { noteLicenses } from "./license_note.js";
import { type RawFlags, rawFiles, rawFormatOption, rawOf, sampleRate } from "./raw_options.js";
import { positiveWholeNumber } from "./run_program.js";
import { openSpeakerFile } from "./speaker_file.js";
import { cropsOption, longOrStreamOption, type WindowFlags } from "./window_options.js";

export interface ClassifyOptions extends WindowFlags {
  /** A shipped model, or the folder of a built one. */
  model: string;
  engine: "node" | "wasmtime";
  build: Build;
  format: OutputFormat;
  /** A line for each window, too, as soon as it is classified. */
  windows?: boolean;
  /** Files, or pieces of a long one, that are classified at the same time; default: as many as there are processors. */
  jobs?: number;
  /** The sounds are raw samples. */
  raw?: SoundLayout | undefined;
  /** File with a speaker's statistics, and whether it is only read. */
  adaptation?: string;
  adaptationReadOnly?: boolean;
}

/** Classifies files and folders and prints a line for each file. Returns the exit code: 1 if a file failed. */
export async function classifyFiles(inputs: readonly string[], options: ClassifyOptions): Promise<number> {
  const { adaptation, adaptationReadOnly = false, raw, model } = options;
  const { files, notes } = raw ? { files: await rawFiles(inputs), notes: [] } : await findSounds(inputs);
  const jobs = jobsOf(options);
  const classifier = await createClassifier(options, files.length, jobs);
  try {
    noteLicenses([classifier.license]);
    const speaker =
      adaptation === undefined ? undefined : await openSpeakerFile(classifier, { file: adaptation, readOnly: adaptationReadOnly, model });
    printNotes(notes);
    const exitCode = await classifyAll(classifier, files, options, Math.min(jobs, Math.max(1, files.length)));
    speaker?.save();
    return exitCode;
  } finally {
    classifier.close();
  }
}

/** What needs the sounds one after another has one job, and says so to whoever wants more. */
function jobsOf({ jobs, adaptation, windows }: ClassifyOptions): number {
  const reason = adaptation !== undefined ? "--adaptation takes the sounds" : windows ? "--windows takes the windows" : undefined;
  if (reason === undefined) return jobs ?? availableParallelism();
  if (jobs !== undefined && jobs > 1) printNotes([`${reason} one after another, so there is one job instead of ${jobs}`]);
  return 1;
}

/** Several files have a thread each; the windows of a single one are shared out. */
function createClassifier(options: ClassifyOptions, files: number, jobs: number): Promise<FileClassifier> {
  const { engine, long, crops } = options;
  if (engine === "wasmtime") return wasmtimeClassifier(options);
  if (jobs > 1 && files > 1) return threadsClassifier(options);
  if (jobs > 1 && long === "windows" && crops === undefined) return piecesClassifier(options, jobs);
  return nodeClassifier(options);
}

/** What became of a file. */
type Outcome = { file: string } & ({ recognition: Recognition } | { error: unknown });

async function classifyAll(
  classifier: FileClassifier,
  files: readonly SoundFile[],
  { format, windows }: Pick<ClassifyOptions, "format" | "windows">,
  jobs: number,
): Promise<number> {
  const writer = lineWriter(format, classifier, mayColor(), windows);
  if (writer.header !== undefined) writer.print(writer.header);
  let exitCode = 0;
  let done = 0;
  const show = (): void => {
    if (done < files.length) showProgress(done + 1, files.length, files[done]!.file);
  };
  show();
  for await (const outcome of inOrder(files, jobs, (found) => outcomeOf(found, classifier, windows ? writer : undefined))) {
    if (!printOutcome(outcome, writer)) exitCode = 1;
    done++;
    show();
  }
  clearProgress();
  return exitCode;
}

/** `writer` prints windows as they come. */
async function outcomeOf(found: SoundFile, classifier: FileClassifier, writer: LineWriter | undefined): Promise<Outcome> {
  const { file } = found;
  try {
    if ("error" in found) throw found.error;
    return { file, recognition: await classifier.classify(file, writer && ((segment) => writer.print(writer.windowLine(file, segment)))) };
  } catch (error) {
    return { file, error };
  }
}

/** Returns whether the file could be classified. */
function printOutcome(outcome: Outcome, writer: LineWriter): boolean {
  const { file } = outcome;
  if ("recognition" in outcome) {
    printWarnings(file, outcome.recognition.warnings);
    writer.print(writer.line(file, outcome.recognition));
    return true;
  }
  printError(file, errorSentence(outcome.error));
  const line = writer.errorLine(file, outcome.error);
  if (line !== undefined) writer.print(line);
  return false;
}

/** Many more than there are processors would only take memory. */
const MOST_JOBS = 256;

function numberOfJobs(text: string): number {
  const jobs = positiveWholeNumber(text);
  if (jobs > MOST_JOBS) throw new InvalidArgumentError(`give at most ${MOST_JOBS}.`);
  return jobs;
}

interface Flags extends Omit<ClassifyOptions, "format" | "model" | "raw">, RawFlags {
  model?: string;
  json?: boolean;
  csv?: boolean;
}

const EXAMPLES = `
Examples:
  $ light-sernet classify speech.wav
  $ light-sernet classify --json recordings/ > results.jsonl
  $ light-sernet classify --csv monday/ tuesday/ > results.csv
  $ light-sernet classify --long center talk.mp3 message.opus
  $ light-sernet classify --long stream --csv --windows meeting.wav > answers.csv
  $ arecord -t raw -f S16_LE -r 16000 | light-sernet classify - --rate 16000 --format s16le --channels 1
  $ arecord -f S16_LE -r 16000 | light-sernet classify --windows -
  $ light-sernet classify --model micro speech.wav
  $ light-sernet classify --engine wasmtime speech.wav
  $ light-sernet classify --model mine --adaptation anna.lsa anna/

--adaptation: a model that normalizes gets to know who speaks. What FILE holds of a speaker is used for every sound; afterwards, what
these sounds add is saved to it, for the next call. Use a file for each person.

Any WAV file is read: 8 to 32-bit integers, floats, G.711, any number of channels, 8 to 192 kHz; and FLAC, MP3, Ogg Vorbis, Ogg Opus and WebM
with Opus, told by their content. ffmpeg, if it is on the PATH or named in LIGHT_SERNET_FFMPEG, decodes M4A, AAC and the rest. "-" is standard
input. --format, --rate and --channels say what samples without a header are. "uncertain (...)": the probability is below the model's
acceptance threshold, or there is too little speech, or no voice. "warning: ...": something is wrong with the sound, and the answer is doubtful.

Folders are searched for sounds by their extensions (.wav, .wave, .flac, .mp3, ...), also through symbolic links; each folder is read once.
A note says what was skipped: ._* and __MACOSX, pipes and devices, links that lead nowhere. A file that fails has a row in --json
({"file", "error"}) and --csv (the column "error", the last), too.

--long stream answers along a sound as "listen" does: every 0.512 s while somebody speaks, about the last 3 s. It shares the work of answers that
overlap, and takes half to two thirds of the time of windows. JSON and CSV have a "state" too (listening, uncertain, label), and the file's own line is the mean of
the answers with speech. --adaptation is only read.

--windows prints each window of a sound as soon as it is classified, even if the sound comes slowly from a pipe, and the sound's own line after
them. JSON: {"file", "segment"}, and the segment is as in "segments". CSV: a row with startMs and endMs, which the sound's own row leaves empty.
--engine wasmtime prints the windows once the whole sound was read.`;

export function registerClassify(program: Command): void {
  program
    .command("classify")
    .description("name the emotion in sounds")
    .argument("<file|dir...>", 'sounds, folders, or "-"')
    .option("--model <model>", MODEL_HELP)
    .addOption(new Option("--engine <engine>", "what runs the module").choices(["node", "wasmtime"]).default("node"))
    .addOption(new Option("--build <build>", "which build of the module").choices(BUILDS).default("auto"))
    .addOption(longOrStreamOption())
    .addOption(cropsOption())
    .option("--windows", "print a line for each window of a sound, too, as soon as it is classified")
    .option("--jobs <n>", "files, or pieces of a long one, at the same time (default: as many as there are processors)", numberOfJobs)
    .option("--adaptation <file>", "a speaker's statistics: start from them if the file is there, and save what was gathered")
    .option("--adaptation-read-only", "do not write that file, which must be there")
    .addOption(rawFormatOption())
    .option("--rate <hz>", "the rate of raw samples, 8000 to 192000", sampleRate)
    .option("--channels <count>", "how many channels of raw samples are interleaved (default: 1)", positiveWholeNumber)
    .addOption(new Option("--json", "print a line of JSON for each file").conflicts("csv"))
    .addOption(new Option("--csv", "print CSV: a header, and a row for each file").conflicts("json"))
    .addHelpText("after", EXAMPLES)
    .action(async (inputs: string[], flags: Flags, command: Command) => {
      const { json, csv, model = defaultModel(), format, rate, channels, ...options } = flags;
      const raw = rawOf({ format, rate, channels }, command);
      if (inputs.filter((input) => input === STDIN).length > 1) {
        command.error('error: "-" is standard input, which can be read only once; name it once');
      }
      if (options.engine === "wasmtime" && (options.build === "simd" || options.build === "relaxed")) {
        command.error(`error: --engine wasmtime runs the scalar build only; remove --build ${options.build}`);
      }
      if (options.engine === "wasmtime" && options.crops !== undefined) {
        command.error("error: --engine wasmtime has no --crops; remove one of the two");
      }
      if (options.engine === "wasmtime" && options.long === "stream") {
        command.error("error: --engine wasmtime has no --long stream; remove one of the two");
      }
      if (options.long === "stream" && options.adaptation !== undefined && !options.adaptationReadOnly) {
        command.error("error: --long stream adds nothing to a speaker's statistics; add --adaptation-read-only, or use --long windows");
      }
      if (options.adaptationReadOnly && options.adaptation === undefined) {
        command.error("error: --adaptation-read-only says how a file is used; name it with --adaptation");
      }
      process.exitCode = await classifyFiles(inputs, { ...options, raw, model, format: json ? "json" : csv ? "csv" : "text" });
    });
}
