import { createHash } from "node:crypto";
import path from "node:path";
import type { NamedModel } from "../emit/emit.js";
import { readPlainFile } from "../host/plain_file.js";
import { checkClasses } from "../import/check_classes.js";
import { importModel } from "../import/import_model.js";
import { MOST_FILE_BYTES } from "../import/limits.js";
import { type BuiltModules, buildModules, buildWord } from "../link/build_modules.js";
import { type Budget, checkEmbedded, checkHost } from "../link/check_module.js";
import type { HostBuild } from "../link/link.js";
import { answerRulesFault, quantizeRules } from "../model/answer_rules.js";
import { COMMAND_FILE, MODULE_BUILDS, moduleFile } from "../model/builds.js";
import type { FloatModel } from "../model/float_model.js";
import { buildManifest, manifestText } from "../model/manifest.js";
import { ModelError } from "../model/model_error.js";
import { classesFault, isName, MOST_ID_BYTES, nameTwice, nameWords } from "../model/model_names.js";
import type { ActivationScales, AnswerRules, FrontEnd, Manifest, QuantizedModel } from "../model/model_types.js";
import { parseManifest } from "../model/parse_manifest.js";
import { voiceFault, voiceLayer } from "../model/voice.js";
import { writeWeights } from "../model/weights_file.js";
import { type Calibration, type CalibrationSegment, calibrate } from "../quantize/calibrate.js";
import { quantizeModel } from "../quantize/quantize.js";
import { type QuantizationReport, quantizationReport } from "../quantize/report.js";
import { reportText } from "../quantize/report_text.js";
import { shown, visible } from "../text/visible_text.js";
import { calibrationSet } from "./calibration_set.js";
import { checkFeatures } from "./check_features.js";
import { chooseFrontEnd, givenFrontEnd, openFrames } from "./choose_front_end.js";
import { FOLDER_MODEL, readSidecar, SIDECAR, type Sidecar, sourceFile } from "./model_folder.js";

/** Which modules a build makes: `embedded` is light-sernet.wasm, `host` the modules for SIMD and relaxed SIMD, and the WASI command. */
export type Profile = "embedded" | "host" | "all";

/**
 * Which module becomes C: `long` is light-sernet.wasm, with 64-bit products, `word` has 32-bit ones and needs a module of its own, `auto` is word where its memory fits in the
 * page, and long otherwise.
 */
export type Kernel = "auto" | "long" | "word";

export interface BuildOptions {
  /** A model file or a folder with a model.json. */
  source: string;
  classes?: string[] | undefined;
  id?: string | undefined;
  /** A folder of recordings that the activation scales are chosen from. */
  calibrate?: string | undefined;
  /** What the model was trained on: features in a .npy file, and the sound that they were computed from. */
  features?: { file: string; sound: string } | undefined;
  /** Seconds of sound that the model takes, of one that takes any number of frames. */
  window?: number | undefined;
  profile: Profile;
  /** What becomes C. Default: long, for builds without C. */
  kernel?: Kernel | undefined;
  budget: Budget;
  version: string;
  /** Reports the current step to whoever waits. */
  tell(what: string): void;
}

const HOST_BUILDS: readonly HostBuild[] = ["simd", "relaxed"];

/** Every module that a build may write. */
export const MODULE_FILES: readonly string[] = [...MODULE_BUILDS.map(moduleFile), COMMAND_FILE];

/** Everything that a build writes, by file name. */
export interface BuildResult {
  manifest: Manifest;
  report: QuantizationReport;
  files: Map<string, Uint8Array>;
  /** What a person should know, though it is not an error. */
  notes: string[];
  /** light-sernet.wasm, and how many bytes of its page are used. */
  embedded: Uint8Array;
  memoryBytes: number;
  /** The module of the kernels of 32-bit products, if it was requested, and how many bytes of its page are used. */
  word?: { source: Uint8Array; memoryBytes: number };
}

/** In the order of the reference training script, for a model of seven classes without names. */
const REFERENCE_CLASSES = ["boredom", "neutral", "sadness", "fear", "anger", "disgust", "happiness"];

/** float model -> calibrate -> quantize -> emit -> compile -> link -> check. Writes nothing. */
export async function buildModel(options: BuildOptions): Promise<BuildResult> {
  const { source, tell } = options;
  // Names and settings are checked first: reading the model may take long.
  const notes: string[] = [];
  const sidecar = await readSidecar(source, notes);
  const modelFile = await sourceFile(source);
  const id = chooseId(options, sidecar, modelFile);
  if (options.classes) checkGivenClasses(options.classes);
  tell("reading the model");
  const frontEndGiven = givenFrontEnd(options, sidecar);
  const float = withVoice(await importModel(source, openFrames(frontEndGiven)), sidecar, source);
  if (Object.keys(sidecar).length > 0) notes.push(`using ${Object.keys(sidecar).join(", ")} from the ${SIDECAR} beside the model`);
  const classes = chooseClasses(options, sidecar, float, notes);
  const frontEnd = chooseFrontEnd(options, sidecar, frontEndGiven, float);
  const rules = chooseRules(sidecar, frontEnd, classes, source);
  if (options.features) notes.push(await matchingFeatures(options.features, frontEnd, tell));
  const { scales, segments, calibration } = await chooseScales(options, sidecar, float, frontEnd, notes);
  tell("quantizing");
  const model = quantizeModel(float, scales, frontEnd);
  const manifest = buildManifest({
    id,
    sourceFile: path.basename(source),
    sourceSha256: createHash("sha256")
      .update(await readPlainFile(modelFile, MOST_FILE_BYTES))
      .digest("hex"),
    license: sidecar.license,
    classes,
    acceptThreshold: sidecar.acceptThreshold ?? 0,
    rules,
    frontEnd,
    float,
    quantized: model,
    activationScales: scales,
    version: options.version,
  });
  tell("compiling");
  const { sha256, acceptThreshold } = manifest;
  const named: NamedModel = { id, sha256, classes, acceptThreshold, rules, frontEnd, model };
  const host = options.profile !== "embedded";
  const modules = await buildModules(named, { command: host, hosts: host ? HOST_BUILDS : [] });
  const memoryBytes = memoryUsed(modules.embedded);
  checkEmbedded(moduleFile("scalar"), modules.embedded, memoryBytes, options.budget, manifest);
  const kernel = options.kernel ?? "long";
  const word = await wordModule(kernel, options.budget, named, manifest);
  if (word === undefined && kernel === "auto")
    notes.push("the C kernels of 32-bit products need more memory than there is for this model: taking those of 64-bit products");
  for (const [build, bytes] of modules.hosts) checkHost(moduleFile(build), bytes, options.budget, manifest);
  tell("comparing with the float model");
  const report = quantizationReport(float, model, segments, calibration);
  return {
    manifest,
    report,
    files: outputs(options.profile, manifest, model, modules, memoryBytes, report),
    notes,
    embedded: modules.embedded,
    memoryBytes,
    ...(word && { word }),
  };
}

function chooseClasses({ classes, source }: BuildOptions, sidecar: Sidecar, float: FloatModel, notes: string[]): string[] {
  const chosen = classes ?? sidecar.classes;
  if (chosen) {
    checkClasses(float, chosen, source);
    return chosen;
  }
  if (float.dense.classes !== REFERENCE_CLASSES.length) {
    throw new ModelError(
      `${source}: layer "${float.dense.name}" has ${float.dense.classes} outputs without names; name them with --classes a,b,... in the order of the outputs.`,
    );
  }
  notes.push(`no class names given: using those of the reference training script, ${REFERENCE_CLASSES.join(", ")} (--classes sets others)`);
  return REFERENCE_CLASSES;
}

function chooseId({ id }: BuildOptions, sidecar: Sidecar, modelFile: string): string {
  const chosen = id ?? sidecar.id ?? defaultId(modelFile);
  if (isName(chosen, MOST_ID_BYTES)) return chosen;
  const whose = id === undefined ? `${visible(modelFile)}: the model's id, taken from the file's name,` : "--id:";
  throw new ModelError(`${whose} must be ${nameWords(MOST_ID_BYTES)}, but is ${shown(chosen)}; set another with --id NAME.`);
}

function checkGivenClasses(classes: readonly string[]): void {
  const fault = classesFault(classes);
  if (!fault) return;
  const twice = nameTwice(classes);
  if (fault.index === undefined && twice !== undefined)
    throw new ModelError(`--classes: ${shown(twice)} is named twice; use different names.`);
  const what = fault.index === undefined ? "it" : `the name ${shown(classes[fault.index])}`;
  throw new ModelError(`--classes: ${what} must be ${fault.expected}; correct it.`);
}

/** What the sidecar says of answers, quantized; it must fit the rest of the model. */
function chooseRules(sidecar: Sidecar, frontEnd: FrontEnd, classes: readonly string[], source: string): AnswerRules {
  const rules = quantizeRules(sidecar);
  const fault = answerRulesFault(rules, frontEnd, classes.length);
  if (fault !== undefined) throw new ModelError(`${source}: ${fault}; correct the ${SIDECAR} beside the model.`);
  return rules;
}

/** The model with the sidecar's voice head, which must have a weight for each of its features. */
function withVoice(float: FloatModel, { voice }: Sidecar, source: string): FloatModel {
  if (voice === undefined) return float;
  const fault = voiceFault(voice, float.dense.inputs);
  if (fault !== undefined) throw new ModelError(`${source}: ${fault}; correct the ${SIDECAR} beside the model.`);
  return { ...float, voice: voiceLayer(voice) };
}

/** Says that the front end computes what the model was trained on; throws if it does not. */
async function matchingFeatures(
  { file, sound }: { file: string; sound: string },
  frontEnd: FrontEnd,
  tell: BuildOptions["tell"],
): Promise<string> {
  tell("comparing the front end with your features");
  const { matches, sentence } = await checkFeatures(file, sound, frontEnd);
  if (!matches) throw new ModelError(`${sentence}.`);
  return sentence;
}

interface ChosenScales {
  scales: ActivationScales;
  segments: CalibrationSegment[];
  calibration?: Calibration;
}

async function chooseScales(
  options: BuildOptions,
  sidecar: Sidecar,
  float: FloatModel,
  frontEnd: FrontEnd,
  notes: string[],
): Promise<ChosenScales> {
  const { tell } = options;
  if (options.calibrate === undefined) {
    if (sidecar.activationScales) return { scales: sidecar.activationScales, segments: [] };
    throw new ModelError(
      `${options.source}: the scales of this model's activations are not known; add --calibrate WAVDIR with recordings like those it will classify (at most 100 are used).`,
    );
  }
  const set = await calibrationSet(options.calibrate, frontEnd, (done, all) => tell(`features of recording ${done + 1} of ${all}`));
  const { segments } = set;
  notes.push(...set.notes);
  tell(`calibrating on ${segments.length} recordings`);
  const calibration = calibrate(float, segments);
  return { scales: calibration.scales, segments, calibration };
}

/** The name of the file; for a model.json, that of its folder. */
function defaultId(modelFile: string): string {
  const base = path.basename(modelFile);
  return base === FOLDER_MODEL ? path.basename(path.dirname(path.resolve(modelFile))) : base.replace(/\.[^.]+$/, "");
}

/** The module of the kernels of 32-bit products, if it was asked for; with `auto`, if it fits in the page and the budget's memory. */
async function wordModule(kernel: Kernel, budget: Budget, named: NamedModel, manifest: Manifest): Promise<BuildResult["word"]> {
  if (kernel === "long") return undefined;
  const word = await buildWord(named).catch((error: unknown) => {
    // The other module is built, so that only memory can be missing.
    if (!(error instanceof ModelError)) throw error;
    if (kernel === "auto") return undefined;
    throw new ModelError(`${error.message}, or --kernel long`);
  });
  if (word === undefined) return undefined;
  const { runnable, source } = word;
  const memoryBytes = memoryUsed(runnable);
  if (kernel === "auto" && memoryBytes > (budget.memoryBytes ?? Infinity)) return undefined;
  // It has the kernels of all processors, so its own bytes say nothing of a program's.
  checkEmbedded("the module for C", runnable, memoryBytes, withoutFiles(budget), manifest);
  return { source, memoryBytes };
}

const withoutFiles = ({ memoryBytes }: Budget): Budget => (memoryBytes === undefined ? {} : { memoryBytes });

/** Bytes of the page in use: the regions and the static data after them. */
function memoryUsed(embedded: BuiltModules["embedded"]): number {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(embedded), {});
  return (exports.memoryNeeded as () => number)();
}

/** The text of the manifest, after making sure that the runtime can read it. */
function checkedManifest(manifest: Manifest): string {
  const text = manifestText(manifest);
  parseManifest(text, "model.json");
  return text;
}

function outputs(
  profile: Profile,
  manifest: Manifest,
  model: QuantizedModel,
  modules: BuiltModules,
  memoryBytes: number,
  report: QuantizationReport,
): Map<string, Uint8Array> {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const json = (value: unknown): Uint8Array => text(`${JSON.stringify(value, null, 2)}\n`);
  const { map, files: sources } = modules.generated;
  const regions = [
    ...map.regions,
    { name: "TABLES", address: map.end, bytes: memoryBytes - map.end, what: "constant tables: cosines, mel, sinc, layers, names" },
  ];
  const files = new Map<string, Uint8Array>([
    ["model.json", text(checkedManifest(manifest))],
    ["weights.bin", writeWeights(model)],
    ["memory_map.json", json({ bytes: 65536, regions })],
    ["quantization.json", json(report)],
    ["quantization.md", text(reportText(report, manifest.classes))],
  ]);
  if (profile !== "host") files.set(moduleFile("scalar"), modules.embedded);
  for (const [build, bytes] of modules.hosts) files.set(moduleFile(build), bytes);
  if (modules.command) files.set(COMMAND_FILE, modules.command);
  for (const [name, source] of sources) files.set(`generated/${name}`, text(source));
  return files;
}
