/** What can be measured here: our builds and the peers, in every engine; and what cannot, and why. */

import { existsSync } from "node:fs";
import path from "node:path";
import { MODULE_BUILDS, type ModuleBuild, moduleFile } from "../../ts-tools/model/builds.js";
import { RELAXED_FLAGS } from "../../ts-tools/runtime/relaxed_simd.js";
import type { Task } from "../measured/task.js";
import { ONNXRUNTIME_WASM } from "../peers/onnxruntime_web.js";
import { TENSORFLOW_WASM } from "../peers/tensorflow_js.js";
import type { EngineName, Identity, Precision, SubjectName } from "./measurement.js";
import { identityText } from "./measurement.js";
import { FLOAT_ONNX, FLOAT_TFLITE, INT8_ONNX, INT8_TFLITE } from "./peer_models.js";
import { folderWithPackage, INSTALL_PEERS, packageFolder, pythonWithPackage } from "./places.js";

/** What runs it: a Node worker, a Python worker, or a page. */
export type Host =
  | { program: "node"; flags: readonly string[] }
  | { program: "python"; python: string }
  | { program: "page"; script: PageModule };

/** What a page imports. */
export type PageModule = "our_module" | "limit_subject" | "tensorflow.js" | "onnxruntime-web";

export interface Candidate extends Identity {
  host: Host;
  /** Variants of one task: the fastest of them is measured. */
  tasks: readonly { task: Task; variant?: string }[];
  /** Tasks of a cold start. Default: that of the runs. */
  cold?: readonly { task: Task; variant: string }[];
}

export interface Skipped {
  name: string;
  why: string;
}

/** What the candidates are made from. */
export interface Inputs {
  /** The built model's folder. */
  model: string;
  /** Folder of the peers' models, see peer_models.ts. */
  peerModels: string;
  /** Of the TensorFlow.js graph model, when the source is one: model.json and its shards. */
  graphModel: { model: string; shards: readonly string[] } | undefined;
  /** Files of the bench's sound: one segment's samples, its MFCCs. */
  samples: string;
  mfcc: string;
  /** The driver for wasmtime, and a folder for what it compiles. */
  driver: string;
  work: string;
  /** What all tasks share. */
  shape: Pick<Task, "frames" | "coefficients" | "frontEnd">;
}

export interface Candidates {
  candidates: Candidate[];
  skipped: Skipped[];
}

/** What a process of Node needs for the relaxed build. */
export function relaxedFlags(version: string = process.versions.node): readonly string[] {
  return Number(version.split(".")[0]) < 21 ? RELAXED_FLAGS : [];
}

/** The file of a build in a model's folder. */
export function buildFile(model: string, build: ModuleBuild): string {
  return path.join(model, moduleFile(build));
}

export function listCandidates(inputs: Inputs, engines: readonly EngineName[]): Candidates {
  const found: Candidates = { candidates: [], skipped: [] };
  for (const build of MODULE_BUILDS) addOurs(found, inputs, build);
  addTensorFlowJs(found, inputs);
  for (const precision of ["float32", "int8"] as const) addOnnxRuntimeWeb(found, inputs, precision);
  for (const precision of ["float32", "int8"] as const) addNative(found, inputs, precision);
  addFrontEnds(found, inputs);
  const wanted = (name: string): boolean => engines.some((engine) => name.split(" ").includes(engine));
  return {
    candidates: found.candidates.filter(({ engine }) => engines.includes(engine)),
    skipped: found.skipped.filter(({ name }) => wanted(name)),
  };
}

function addOurs(found: Candidates, inputs: Inputs, build: ModuleBuild): void {
  const module = buildFile(inputs.model, build);
  const identity = { subject: "light-sernet", build, precision: "int8" } as const;
  if (!existsSync(module)) {
    found.skipped.push({
      name: `light-sernet ${build} node wasmtime chromium`,
      why: `${module} is missing; build the model again to have it`,
    });
    return;
  }
  const files = { module, mfcc: inputs.mfcc, samples: inputs.samples };
  const task: Task = { kind: "ours", files, ...inputs.shape };
  const flags = build === "relaxed" ? relaxedFlags() : [];
  found.candidates.push({ ...identity, engine: "node", host: { program: "node", flags }, tasks: [{ task }] });
  found.candidates.push({ ...identity, engine: "chromium", host: { program: "page", script: "our_module" }, tasks: [{ task }] });
  const python = pythonWithPackage("wasmtime");
  if (python === undefined) {
    found.skipped.push({ name: `light-sernet ${build} wasmtime`, why: `no Python with the package wasmtime; ${INSTALL_PEERS}` });
    return;
  }
  const compiled = (name: string): string => path.join(inputs.work, `${build}.${name}.cwasm`);
  const serialize = { module: compiled("module"), driver: compiled("driver") };
  const inWasmtime: Task = { ...task, kind: "wasmtime", files: { ...files, driver: inputs.driver } };
  found.candidates.push({
    ...identity,
    engine: "wasmtime",
    host: { program: "python", python },
    tasks: [{ task: { ...inWasmtime, serialize } }],
    cold: [
      { variant: "compiled", task: inWasmtime },
      { variant: "precompiled", task: { ...inWasmtime, files: { ...inWasmtime.files, ...serialize }, precompiled: true } },
    ],
  });
}

function addTensorFlowJs(found: Candidates, inputs: Inputs): void {
  const identity = { subject: "tensorflow.js", precision: "float32" } as const;
  const folder = folderWithPackage("@tensorflow/tfjs-backend-wasm");
  const why =
    folder === undefined
      ? "@tensorflow/tfjs-backend-wasm is not installed; run npm ci"
      : "it runs a TensorFlow.js graph model, and --source is not one; name one there";
  if (folder === undefined || inputs.graphModel === undefined) {
    found.skipped.push({ name: "tensorflow.js node chromium", why });
    return;
  }
  const shards = Object.fromEntries(inputs.graphModel.shards.map((file, index) => [`shard${index}`, file]));
  const files = { model: inputs.graphModel.model, ...shards, mfcc: inputs.mfcc };
  const task: Task = { kind: "tensorflow.js", packages: folder, files, ...inputs.shape };
  found.candidates.push({ ...identity, engine: "node", host: { program: "node", flags: [] }, tasks: [{ task }] });
  const wasm = path.join(packageFolder(folder, "@tensorflow/tfjs-backend-wasm"), "dist", TENSORFLOW_WASM);
  addPage(found, identity, "tensorflow.js", [{ task: { ...task, files: { ...files, wasm } } }]);
}

function addOnnxRuntimeWeb(found: Candidates, inputs: Inputs, precision: Precision): void {
  const identity = { subject: "onnxruntime-web", precision } as const;
  const folder = folderWithPackage("onnxruntime-web");
  const models = (precision === "float32" ? [FLOAT_ONNX] : INT8_ONNX).map((name) => path.join(inputs.peerModels, name));
  if (folder === undefined || !models.every(existsSync)) {
    const what = folder === undefined ? "onnxruntime-web is not installed" : "its models of these weights do not exist yet";
    found.skipped.push({ name: `onnxruntime-web ${precision} node chromium`, why: `${what}; ${INSTALL_PEERS}` });
    return;
  }
  const wasm = path.join(packageFolder(folder, "onnxruntime-web"), "dist", ONNXRUNTIME_WASM);
  const tasks = models.map((model) => {
    const task: Task = { kind: "onnxruntime-web", packages: folder, files: { model, wasm, mfcc: inputs.mfcc }, ...inputs.shape };
    return { task, ...variantOf(model, models.length) };
  });
  found.candidates.push({ ...identity, engine: "node", host: { program: "node", flags: [] }, tasks });
  addPage(found, identity, "onnxruntime-web", tasks);
}

/** A page of a peer needs its bundle. */
function addPage(found: Candidates, identity: Omit<Identity, "engine">, script: PageModule, tasks: Candidate["tasks"]): void {
  if (folderWithPackage("esbuild") === undefined) {
    found.skipped.push({
      name: `${identity.subject} ${identity.precision} chromium`,
      why: `esbuild, which bundles it for a page, is not installed; ${INSTALL_PEERS}`,
    });
    return;
  }
  found.candidates.push({ ...identity, engine: "chromium", host: { program: "page", script }, tasks });
}

function addNative(found: Candidates, inputs: Inputs, precision: Precision): void {
  const add = (subject: SubjectName & Task["kind"], packageName: string, names: readonly string[]): void => {
    const python = pythonWithPackage(packageName);
    const models = names.map((name) => path.join(inputs.peerModels, name));
    if (python === undefined || !models.every(existsSync)) {
      const what = python === undefined ? `no Python with the package ${packageName}` : "its models of these weights do not exist yet";
      found.skipped.push({ name: `${subject} ${precision} native`, why: `${what}; ${INSTALL_PEERS}` });
      return;
    }
    const tasks = models.map((model) => {
      const task: Task = { kind: subject, files: { model, mfcc: inputs.mfcc }, ...inputs.shape };
      return { task, ...variantOf(model, models.length) };
    });
    found.candidates.push({ subject, engine: "native", precision, host: { program: "python", python }, tasks });
  };
  add("tflite", "ai_edge_litert", [precision === "float32" ? FLOAT_TFLITE : INT8_TFLITE]);
  add("onnxruntime", "onnxruntime", precision === "float32" ? [FLOAT_ONNX] : INT8_ONNX);
}

function addFrontEnds(found: Candidates, inputs: Inputs): void {
  const files = { samples: inputs.samples };
  const packages = folderWithPackage("meyda");
  if (packages === undefined) {
    found.skipped.push({ name: "meyda float32 node", why: `meyda is not installed; ${INSTALL_PEERS}` });
  } else {
    const task: Task = { kind: "meyda", packages, files, ...inputs.shape };
    found.candidates.push({
      subject: "meyda",
      engine: "node",
      precision: "float32",
      host: { program: "node", flags: [] },
      tasks: [{ task }],
      cold: [],
    });
  }
  const python = pythonWithPackage("librosa");
  if (python === undefined) {
    found.skipped.push({ name: "librosa float32 native", why: `no Python with the package librosa; ${INSTALL_PEERS}` });
  } else {
    const task: Task = { kind: "librosa", files, ...inputs.shape };
    found.candidates.push({
      subject: "librosa",
      engine: "native",
      precision: "float32",
      host: { program: "python", python },
      tasks: [{ task }],
      cold: [],
    });
  }
}

/** int8-qdq-u8s8.onnx is the variant qdq-u8s8. */
function variantOf(model: string, count: number): { variant?: string } {
  return count > 1 ? { variant: path.basename(model, ".onnx").replace("int8-", "") } : {};
}

export function candidateName(candidate: Candidate): string {
  return identityText(candidate);
}
