import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { findWasmtime } from "../host/wasmtime.js";
import { COMMAND_FILE } from "../model/builds.js";
import { DIMENSIONS } from "../model/dimensions.js";
import type { Manifest } from "../model/model_types.js";
import type { SoundLayout } from "../runtime/converter.js";
import { namedError } from "../runtime/errors.js";
import { isRecognition } from "../runtime/json.js";
import { checkSameModel, modelFolder, readManifest } from "../runtime/loader_node.js";
import { isAccepted, type Recognition } from "../runtime/result.js";
import type { LongMode, WindowMode } from "../runtime/windows.js";
import { readPieces } from "../sounds/sound_bytes.js";
import type { FileClassifier, Speaker } from "./file_classifier.js";

/** What wasmtime is started with to classify its standard input with the WASI command. */
export function commandParameters(command: string, long: WindowMode, statistics: Statistics = {}): string[] {
  const { loaded, gathered } = statistics;
  return [
    ...["run", command, "--long", long],
    ...(loaded ? ["--adaptation", hexadecimal(loaded)] : []),
    ...(gathered ? ["--gathered", hexadecimal(gathered)] : []),
  ];
}

/** A speaker's: those that every sound starts from, and those that its speech is added to. */
interface Statistics {
  loaded?: Uint8Array | undefined;
  gathered?: Uint8Array | undefined;
}

/** Runs the WASI command in wasmtime: one process for each file, which is its standard input. */
export async function wasmtimeClassifier(options: {
  model: string;
  long: LongMode;
  raw?: SoundLayout | undefined;
}): Promise<FileClassifier> {
  const { long } = options;
  if (long === "stream") throw new Error("--engine wasmtime has no --long stream; remove one of the two");
  const folder = modelFolder(options.model);
  const manifest = await readManifest(folder);
  const command = join(folder, COMMAND_FILE);
  await access(command).catch(() => {
    throw new Error(`${command} is missing; build the model again with "light-sernet build"`);
  });
  const wasmtime = findWasmtime();
  const adapts = manifest.normalization !== undefined;
  let statistics: Statistics = {};
  const speaker: Speaker = {
    load: async (loaded) => {
      if (loaded) await checkStatistics(wasmtime, commandParameters(command, long, { loaded }));
      statistics = { loaded, gathered: loaded };
    },
    save: () => statistics.gathered,
  };
  return {
    classes: manifest.classes,
    license: manifest.license,
    speaker: adapts ? speaker : undefined,
    countsSpeech: manifest.leastSpeechFrames !== undefined,
    hasVoice: manifest.voice !== undefined,
    isStream: false,
    dimensions: DIMENSIONS.filter((name) => manifest.dimensions?.[name]),
    classify: async (file, onSegment) => {
      const warnings: string[] = [];
      const pieces = readPieces(file, { raw: options.raw, warn: (sentence) => void warnings.push(sentence) });
      const output = await runWith(wasmtime, commandParameters(command, long, statistics), pieces);
      const recognition = parseRecognition(output, isRecognition);
      checkSameModel(folder, manifest, COMMAND_FILE, recognition.model, acceptsBy(manifest, recognition));
      if (adapts) statistics = { ...statistics, gathered: Buffer.from(parseRecognition(output, hasStatistics).adaptation, "hex") };
      recognition.warnings.unshift(...warnings);
      if (onSegment) recognition.segments.forEach(onSegment);
      return recognition;
    },
    close: () => {},
  };
}

function hexadecimal(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

/** Throws the command's error about the statistics, if there is one. It checks them before it reads a sound, and is given none here. */
async function checkStatistics(program: string, parameters: string[]): Promise<void> {
  try {
    await runWith(program, parameters, Readable.from([]));
  } catch (error) {
    if ((error as Error).message !== namedError("EMPTY_FILE").message) throw error;
  }
}

/** Runs a program with these pieces as its standard input. Returns its standard output; throws what it says on standard error. */
async function runWith(program: string, parameters: string[], input: AsyncIterable<Uint8Array>): Promise<string> {
  const child = spawn(program, parameters, { stdio: ["pipe", "pipe", "pipe"] });
  const writing = pipeline(input, child.stdin).catch((error: NodeJS.ErrnoException) => {
    // It may know enough, or refuse the sound, before it has read all of it.
    if (HAS_STOPPED_READING.includes(error.code ?? "")) return;
    child.kill();
    throw error;
  });
  // Either may fail first, and both must have ended.
  const [written, output] = await Promise.allSettled([writing, outputOf(program, child)]);
  if (written.status === "rejected") throw written.reason;
  if (output.status === "rejected") throw output.reason;
  return output.value;
}

const HAS_STOPPED_READING = ["EPIPE", "ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE", "ERR_STREAM_DESTROYED"];

function outputOf(program: string, child: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    child.on("error", (cause) => reject(new Error(`${program} cannot be run (${cause.message})`, { cause })));
    child.on("close", (code, signal) => (code === 0 ? resolve(output) : reject(new Error(errorSentence(errors, code ?? signal)))));
  });
}

/** The command's own sentence without its prefix; after a trap, wasmtime's first line. */
function errorSentence(errors: string, code: number | string | null): string {
  const lines = errors.split("\n").filter((line) => line.trim() !== "");
  if (code === 1 && lines.length === 1) return lines[0]!.replace(/^(light-sernet(-cli)?(\.wasm)?: )?((-|stdin): )?/, "");
  return `wasmtime failed with ${code} (${lines[0]?.trim() ?? "it said nothing"})`;
}

/** Whether this model's rules explain which of a recording and its segments are accepted; printed floats read back to the same float32. */
function acceptsBy(manifest: Manifest, recognition: Recognition): boolean {
  const counted = (recognition.speechFrames === undefined) === (manifest.leastSpeechFrames === undefined);
  const heard = (recognition.voice === undefined) === (manifest.voice === undefined);
  return counted && heard && [recognition, ...recognition.segments].every((answer) => answer.accepted === isAccepted(manifest, answer));
}

/** The JSON that the command prints, if it is what it must be. */
function parseRecognition<T>(text: string, isExpected: (value: unknown) => value is T): T {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isExpected(parsed)) return parsed;
  } catch {
    // Not JSON: the error below says so.
  }
  throw new Error(`the WASI command did not print a result (${text.slice(0, 60)}); build the model again`);
}

/** What the command of a model that normalizes prints besides: a speaker's statistics in hexadecimal digits. */
function hasStatistics(value: unknown): value is { adaptation: string } {
  const { adaptation } = value as { adaptation?: unknown };
  return typeof adaptation === "string" && /^([0-9a-f]{2})+$/.test(adaptation);
}
