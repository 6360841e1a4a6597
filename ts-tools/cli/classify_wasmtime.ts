import { spawn } from "node:child_process";
import { access, open } from "node:fs/promises";
import { join } from "node:path";
import { findWasmtime } from "../host/wasmtime.js";
import { STDIN } from "../host/wav_files.js";
import { COMMAND_FILE } from "../model/builds.js";
import { DIMENSIONS } from "../model/dimensions.js";
import type { Manifest } from "../model/model_types.js";
import { isRecognition } from "../runtime/json.js";
import { checkSameModel, modelFolder, readManifest } from "../runtime/loader_node.js";
import { isAccepted, type Recognition } from "../runtime/result.js";
import type { LongMode } from "../runtime/windows.js";
import type { FileClassifier } from "./file_classifier.js";

/** What wasmtime is started with to classify its standard input with the WASI command. */
export function commandParameters(command: string, long: LongMode): string[] {
  return ["run", command, "--long", long];
}

/** Runs the WASI command in wasmtime: one process for each file, which is its standard input. */
export async function wasmtimeClassifier(options: { model: string; long: LongMode }): Promise<FileClassifier> {
  const folder = modelFolder(options.model);
  const manifest = await readManifest(folder);
  const command = join(folder, COMMAND_FILE);
  await access(command).catch(() => {
    throw new Error(`${command} is missing; build the model again with "light-sernet build"`);
  });
  const wasmtime = findWasmtime();
  return {
    classes: manifest.classes,
    countsSpeech: manifest.leastSpeechFrames !== undefined,
    dimensions: DIMENSIONS.filter((name) => manifest.dimensions?.[name]),
    classify: async (file) => {
      const recognition = parseRecognition(await runCommand(wasmtime, commandParameters(command, options.long), file));
      checkSameModel(folder, manifest, COMMAND_FILE, recognition.model, acceptsBy(manifest, recognition));
      return recognition;
    },
    close: () => {},
  };
}

/** Runs a program with a file as its standard input. Returns its standard output; throws what it says on standard error. */
async function runCommand(program: string, parameters: string[], file: string): Promise<string> {
  const handle = file === STDIN ? undefined : await open(file);
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(program, parameters, { stdio: [handle?.fd ?? "inherit", "pipe", "pipe"] });
      let output = "";
      let errors = "";
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        errors += text;
      });
      child.on("error", (cause) => reject(new Error(`${program} cannot be run (${cause.message})`, { cause })));
      child.on("close", (code, signal) => (code === 0 ? resolve(output) : reject(new Error(errorSentence(errors, code ?? signal)))));
    });
  } finally {
    await handle?.close();
  }
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
  return counted && [recognition, ...recognition.segments].every((answer) => answer.accepted === isAccepted(manifest, answer));
}

function parseRecognition(text: string): Recognition {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isRecognition(parsed)) return parsed;
  } catch {
    // Not JSON: the error below says so.
  }
  throw new Error(`the WASI command did not print a result (${text.slice(0, 60)}); build the model again`);
}
