/** The page's worker: loads models and works on files, so that the page never waits. */
import { createRecognizer, type Recognizer } from "../../ts-tools/runtime/browser.js";
import { foreignFormat } from "../../ts-tools/runtime/sound_file.js";
import { analyzeSamples, analyzeWav, type FileJob } from "./file_analysis.js";
import { fetchModule, runnableBuilds } from "./model_loader.js";
import type { LoadedModel, Reply, Request } from "./protocol.js";

/** A worker's globals, which the types of pages lack. */
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage(reply: Reply): void;
};

let newest = 0;
let loaded: { recognizer: Recognizer; module: WebAssembly.Module } | undefined;

scope.onmessage = ({ data }) => {
  newest = data.job;
  work(data).catch((error: unknown) => {
    if (data.job === newest) scope.postMessage({ type: "failed", job: data.job, sentence: sentenceOf(error) });
  });
};

async function work(request: Request): Promise<void> {
  if (request.type === "giveUp") return;
  if (request.type === "load") return load(request);
  if (loaded === undefined) throw new Error("The model is not loaded yet; try again.");
  const { job, name } = request;
  const fileJob: FileJob = { job, name, ...loaded, outdated: () => job !== newest, reply: (reply) => scope.postMessage(reply) };
  if (request.type === "samples") return analyzeSamples(fileJob, request.samples, request.sampleRate, request.channels);
  try {
    await analyzeWav(fileJob, new Uint8Array(request.bytes));
  } catch (error) {
    const format = foreignFormat(error);
    if (format === undefined) throw error;
    scope.postMessage({ type: "decode", job, format });
  }
}

async function load({ job, model, build }: Extract<Request, { type: "load" }>): Promise<void> {
  const begin = performance.now();
  const fetched = await fetchModule(model, build);
  const recognizer = await createRecognizer({ module: fetched.module });
  loaded?.recognizer.close();
  loaded = { recognizer, module: fetched.module };
  const { id, sha256, classes } = recognizer.model;
  const loadMs = performance.now() - begin;
  const description: LoadedModel = { name: model, id, sha256, classes, ...fetched, loadMs, builds: runnableBuilds() };
  scope.postMessage({ type: "loaded", job, model: description });
}

/** Errors of the runtime are sentences without a capital and a full stop. */
function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
