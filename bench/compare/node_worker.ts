/**
 * A subject in a Node process of its own: `node node_worker.js TASK`, see task.ts. Its protocol is that of bench/peers/worker.py: a line with
 * its answer, then a line of milliseconds for every line "run".
 *
 * A process each, because in one process they would share a heap to collect and call sites that have seen every module; and because an engine's flags hold
 * for a process.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { runIfMain } from "../../ts-tools/host/main_module.js";
import { errorSentence } from "../../ts-tools/host/terminal.js";
import type { Files, OpenSubject, Task } from "../measured/task.js";
import { type MeydaLibrary, openMeyda } from "../peers/meyda.js";
import { type OnnxRuntimeWeb, openOnnxRuntimeWeb } from "../peers/onnxruntime_web.js";
import { openTensorFlowJs, type TensorFlowJs } from "../peers/tensorflow_js.js";
import { open as openLimits } from "./limit_subject.js";
import { open as openOurs } from "./our_module.js";
import { watchMemories } from "./watch_memories.js";

/** Loads the libraries of a subject; returns the function that opens it, from bytes to its first answer. */
function load(task: Task): (files: Files) => Promise<OpenSubject> {
  const require = createRequire(path.resolve(task.packages ?? ".", "index.js"));
  switch (task.kind) {
    case "ours":
      return (files) => openOurs(task, files);
    case "limits":
      return (files) => openLimits(task, files);
    case "tensorflow.js": {
      const libraries: TensorFlowJs = {
        core: require("@tensorflow/tfjs-core"),
        converter: require("@tensorflow/tfjs-converter"),
        backend: require("@tensorflow/tfjs-backend-wasm"),
      };
      const folder = path.dirname(require.resolve("@tensorflow/tfjs-backend-wasm"));
      return (files) => openTensorFlowJs(libraries, `${folder}${path.sep}`, task, files);
    }
    case "onnxruntime-web": {
      const ort: OnnxRuntimeWeb = require("onnxruntime-web");
      return (files) => openOnnxRuntimeWeb(ort, undefined, task, files);
    }
    case "meyda": {
      const meyda: MeydaLibrary = require("meyda");
      const { version }: { version: string } = require("meyda/package.json");
      return (files) => openMeyda(meyda, version, task, files);
    }
    default:
      throw new Error(`${task.kind} does not run in Node; this is a bug in the bench`);
  }
}

async function main(task: Task): Promise<void> {
  const linearBytes = watchMemories();
  const before = process.memoryUsage.rss();
  const open = load(task);
  const entries = Object.entries(task.files).map(async ([name, file]) => [name, new Uint8Array(await readFile(file))] as const);
  const files = Object.fromEntries(await Promise.all(entries));
  const begin = performance.now();
  const subject = await open(files);
  const coldStartMs = performance.now() - begin;
  const answer = { linearBytes: linearBytes(), ...subject.answer() };
  if (task.cold) return say({ answer, coldStartMs, residentBytes: process.memoryUsage.rss() - before });
  say({ answer });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== "run") break;
    say(await subject.run());
  }
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

await runIfMain(import.meta.url, async () => {
  await main(JSON.parse(process.argv[2] ?? "{}") as Task).catch((error: unknown) => say({ error: errorSentence(error) }));
  // Libraries may keep timers and threads; standard output of a pipe is written at once.
  process.exit(0);
});
