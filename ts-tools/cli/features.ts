import type { Command } from "commander";
import type { FeatureComparison } from "../features/compare_features.js";
import { TOLERANCE } from "../features/compare_features.js";
import { npyOf } from "../features/npy.js";
import { STDIN } from "../host/file_names.js";
import { assertCanWrite, writeWhole } from "../host/pending_files.js";
import { errorSentence, printJson, printLine, printWarnings } from "../host/terminal.js";
import type { FrontEnd, Manifest } from "../model/model_types.js";
import { Engine } from "../runtime/engine.js";
import { type Features, featuresOf, readWavSamples } from "../runtime/features.js";
import { shortestFloat32 } from "../runtime/float32.js";
import { loadFromFolder, modelFolder, readManifest } from "../runtime/loader_node.js";
import { readPieces } from "../sounds/sound_bytes.js";
import { visible } from "../text/visible_text.js";
import { defaultModel, MODEL_HELP } from "./default_model.js";

interface FeatureOptions {
  npy?: string;
  compare?: string;
  /** A shipped model, or the folder of a built one: its front end is used. */
  model: string;
  /** False: without the model's normalization. */
  normalization: boolean;
  json?: boolean;
}

/** Computes the features of a sound, writes them, compares them, prints what was asked for. Returns the exit code: 1 if others were compared and differ. */
export async function soundFeatures(file: string, options: FeatureOptions): Promise<number> {
  const { npy, compare, model, normalization, json } = options;
  if (npy !== undefined) assertCanWrite(npy);
  const manifest = await readManifest(modelFolder(model));
  const frontEnd = frontEndOf(manifest, normalization);
  const features = await computed(file, await engineOf(manifest, frontEnd, model));
  const comparison = compare === undefined ? undefined : await compared(compare, file, frontEnd);
  if (npy !== undefined) writeWhole(npy, npyOf(features.values, features.shape));
  if (json) printJson(jsonOf(file, manifest, frontEnd, features, comparison));
  else for (const line of summary(file, manifest, frontEnd, features, npy, comparison)) printLine(line);
  return comparison === undefined || comparison.matches ? 0 : 1;
}

function frontEndOf({ frontEnd, normalization }: Manifest, normalizes: boolean): FrontEnd {
  return normalizes && normalization !== undefined ? { ...frontEnd, normalization } : frontEnd;
}

/** The model's module, or if it normalizes and must not, a module that has only its front end. */
async function engineOf({ normalization }: Manifest, frontEnd: FrontEnd, model: string): Promise<Engine> {
  if (normalization === frontEnd.normalization) return Engine.create((await loadFromFolder(model, "auto")).module);
  // Compiler and optimizer take longer to load than the rest of the command takes to run.
  const { frontEndModule } = await import("../pipeline/front_end_module.js");
  return Engine.create(await frontEndModule(frontEnd));
}

async function computed(file: string, engine: Engine): Promise<Features> {
  const pieces: Uint8Array[] = [];
  try {
    const warn = (sentence: string): void => printWarnings(file, [sentence]);
    for await (const piece of readPieces(file, { warn })) pieces.push(piece);
    return featuresOf(engine, readWavSamples(engine, Buffer.concat(pieces), warn));
  } catch (cause) {
    const sentence = errorSentence(cause);
    throw new Error(sentence.startsWith(visible(file)) ? sentence : `${visible(file)}: ${sentence}`, { cause });
  }
}

async function compared(features: string, sound: string, frontEnd: FrontEnd): Promise<FeatureComparison> {
  const { checkFeatures } = await import("../pipeline/check_features.js");
  return checkFeatures(features, sound, frontEnd);
}

function summary(
  file: string,
  { id }: Manifest,
  { normalization }: FrontEnd,
  { shape: [frames, coefficients], values }: Features,
  npy: string | undefined,
  comparison: FeatureComparison | undefined,
): string[] {
  const range = `from ${values.reduce((a, b) => Math.min(a, b)).toFixed(2)} to ${values.reduce((a, b) => Math.max(a, b)).toFixed(2)}`;
  const kind = normalization === undefined ? "" : ", normalized";
  const where = npy === undefined ? "" : `, written to ${visible(npy)}`;
  const first = `${visible(file)}: ${frames} frames of ${coefficients} MFCCs${kind}, ${range}, as ${visible(id)} receives them${where}`;
  return comparison === undefined ? [first] : [first, ...comparisonLines(comparison)];
}

/** How many coefficients are named of those that differ most. */
const MOST_NAMED = 5;

function comparisonLines({ sentence, matches, meanByCoefficient }: FeatureComparison): string[] {
  if (matches) return [sentence];
  const worst = [...meanByCoefficient.entries()].sort(([, a], [, b]) => b - a).slice(0, MOST_NAMED);
  return [sentence, `  mean difference by coefficient, largest first: ${worst.map(([k, mean]) => `${k}: ${mean.toFixed(3)}`).join(", ")}`];
}

function jsonOf(
  file: string,
  { id, sha256 }: Manifest,
  { normalization }: FrontEnd,
  { shape, values }: Features,
  comparison: FeatureComparison | undefined,
): string {
  const [frames, coefficients] = shape;
  const rows = Array.from(
    { length: frames },
    (_, t) => `[${Array.from(values.subarray(t * coefficients, (t + 1) * coefficients), shortestFloat32).join(",")}]`,
  );
  const fields = { file, model: { id, sha256 }, shape, normalized: normalization !== undefined, ...(comparison && { comparison }) };
  return `${JSON.stringify(fields).slice(0, -1)},"features":[${rows.join(",")}]}`;
}

const HELP = `
The features are what the network receives of a sound: leveled, the center of a longer one, zeros around a shorter one, float32 [frames,
coefficients], 184 x 40 with the models that ship. A model that normalizes has its running mean subtracted; --no-normalization shows the MFCCs
before that. SOUND is a WAV, FLAC, MP3, Ogg or WebM file, or "-" for standard input.

--compare FEATURES.npy compares your own features of that sound, float32 or float64 [frames, coefficients] as numpy.save writes them, and says
which known difference explains theirs: power instead of magnitude, another mel scale, logarithm, window, hop, ... Up to ${TOLERANCE.largest} (${TOLERANCE.mean} on average)
they are the same, beyond that the exit code is 1. "light-sernet build --check-features" does this for a model that is not built yet.

Examples:
  $ light-sernet features speech.wav --npy speech.npy
  $ light-sernet features speech.wav --no-normalization --compare mine.npy
  $ light-sernet features --model micro --json speech.wav`;

type Flags = Omit<FeatureOptions, "model"> & { model?: string };

export function registerFeatures(program: Command): void {
  program
    .command("features")
    .description("the MFCCs that the network receives of a sound, and how yours differ")
    .argument("<sound>", 'a sound file, or "-"')
    .option("--npy <file>", "write them to this NumPy file")
    .option("--compare <npy>", "compare them with your own features of this sound")
    .option("--model <model>", MODEL_HELP)
    .option("--no-normalization", "of a model that normalizes, the MFCCs before that")
    .option("--json", "print them as one line of JSON")
    .addHelpText("after", HELP)
    .action(async (sound: string, { model = defaultModel(), ...options }: Flags, command: Command) => {
      if (sound === STDIN && options.compare !== undefined)
        command.error("error: --compare reads the sound twice, which standard input cannot be; name a file");
      for (const name of ["npy", "compare"] as const)
        if (options[name]?.trim() === "") command.error(`error: --${name} is empty; name a file`);
      process.exitCode = await soundFeatures(sound, { ...options, model });
    });
}
