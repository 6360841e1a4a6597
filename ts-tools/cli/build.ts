import path from "node:path";
import type { Command } from "commander";

import { InvalidArgumentError, Option } from "commander";
import { TOLERANCE } from "../features/compare_features.js";
import { DEFAULT_PREFIX, refusal } from "../firmware/prefix.js";

import { packageVersion } from "../host/package_info.js";
import { assertCanWrite, PendingFiles } from "../host/pending_files.js";
import { printLine, printNotes, showStep } from "../host/terminal.js";
import { readBudget } from "../pipeline/budget.js";
import type { BuildResult, Kernel, Profile } from "../pipeline/build_model.js";
import { FOLDER_MODEL, keepScales } from "../pipeline/model_folder.js";
import { visible, visibleTexts } from "../text/visible_text.js";
import { count } from "./inspect_model.js";
import { assertKeepsSource, assertStaysBelow } from "./output_folders.js";
import { seconds } from "./run_program.js";

interface BuildCommandOptions {
  out?: string;
  firmware?: string;
  prefix?: string;
  kernel?: Kernel;
  classes?: string;
  id?: string;
  calibrate?: string;
  checkFeatures?: string;
  of?: string;
  window?: number;
  keepScales?: boolean;
  profile: Profile;
  budget?: string;
}

const HELP = `
SOURCE is a trained Light-SERNet of any width: a TensorFlow.js graph or layers model (folder or model.json), a Keras .h5 or .keras file,
a TFLite file with float32 or float16 weights, or an ONNX file as PyTorch and tf2onnx export it. Models inside the model, a missing softmax,
missing biases, and Rescaling, Normalization or BatchNormalization on the input are taken; docs/own-model.md lists what may differ. A model
with an open number of frames takes --window 3.

A new model needs recordings to choose its activation scales from (--calibrate). --keep-scales writes the scales to light-sernet.json beside
the float weights ({"id", "classes", "activationScales"}), and the next build needs neither recordings nor --classes.
"acceptThreshold" in that file, 0 to 1, makes answers of a lower probability uncertain; without it every answer is accepted.

--check-features FEATURES.npy --of SOUND.wav: your own features of that sound, float32 or float64 [frames, coefficients] as numpy.save writes
them, must be those of the front end, up to ${TOLERANCE.largest} (${TOLERANCE.mean} on average). If not, nothing is built and the error says what differs: power instead of
magnitude, another mel scale, logarithm, window, hop, ... A sound at 16 kHz, as long as the model's window, compares best.

--firmware DIR writes the module as C. src/light_sernet.h says how to call it. The folder is a CMake project, an ESP-IDF component, a Zephyr
module and an Arduino library. DIR must be new, empty, or from an earlier build. docs/firmware.md shows the way from there to a board.
--prefix NAME is for several models in one firmware: functions and types begin with NAME_ instead of lsn_, macros with NAME_ in upper case, and
files, header (src/NAME_light_sernet.h), CMake target, ESP-IDF component, Zephyr module and Arduino library with NAME, too.

--kernel says which products the C sources have: word, 32-bit ones, in tiles that the C compiler's target chooses (SMLAD on a Cortex-M4, M7, M33, M55; many sums in
registers on RISC-V); long, those of light-sernet.wasm, 64-bit ones. auto takes word, or long where word needs more memory than the page or the budget has. The results are the same.

--out DIR gets model.json, weights.bin, light-sernet.wasm, light-sernet.simd.wasm, light-sernet.relaxed.wasm, light-sernet-cli.wasm,
quantization.md and .json, memory_map.json, generated/.

Examples:
  $ light-sernet build weights/full --out build
  $ light-sernet build weights/full --firmware my-project/components/light-sernet
  $ light-sernet build weights/micro --firmware my-project/components/small --prefix small
  $ light-sernet build model.keras --out build --classes angry,calm,sad --calibrate recordings
  $ light-sernet build model.keras --out build --classes angry,calm,sad --calibrate recordings --check-features a.npy --of a.wav
  $ light-sernet build any-length.keras --window 3 --out build --classes angry,calm,sad --calibrate recordings`;

export function registerBuild(program: Command): void {
  program
    .command("build")
    .description("build a module from a trained model: import, fold, calibrate, quantize, compile, link, check")
    .argument("<source>", "the trained model")
    .option("--out <dir>", "folder to write to")
    .option("--firmware <dir>", "folder to write the module to as C for a microcontroller")
    .option("--prefix <name>", `begin the names in the C of --firmware with this (default: ${DEFAULT_PREFIX})`, prefixOption)
    .addOption(new Option("--kernel <kernel>", "which products the C of --firmware has (default: auto)").choices(["auto", "long", "word"]))
    .option("--classes <names>", "class names in the order of the outputs, separated by commas")
    .option("--id <name>", "the model's name")
    .option(
      "--calibrate <wavdir>",
      "folder of recordings to choose activation scales from (at most 100, evenly spaced; one that cannot be read is left out)",
    )
    .option("--check-features <npy>", "your own features of the sound of --of: build only if the front end computes the same")
    .option("--of <wav>", "the sound of --check-features")
    .option("--window <seconds>", "how long the sounds are that the model takes, if it takes any number of frames", seconds)
    .option("--keep-scales", "write the chosen scales to light-sernet.json beside the source, so that the next build needs no recordings")
    .addOption(new Option("--profile <profile>", "what to make").choices(["embedded", "host", "all"]).default("all"))
    .option("--budget <file>", "ceilings for the module (default: budget.json beside the source, else the package's)")
    .addHelpText("after", HELP)
    .action(async (source: string, options: BuildCommandOptions, command: Command) => {
      if (options.out === undefined && options.firmware === undefined)
        command.error("error: nowhere to write to; add --out DIR, --firmware DIR or both");
      // From an unset variable of the shell, for example; "" would be the current folder.
      for (const name of ["out", "firmware", "calibrate", "checkFeatures", "of", "budget"] as const)
        if (options[name]?.trim() === "")
          command.error(`error: --${name === "checkFeatures" ? "check-features" : name} is empty; name a file or folder`);
      if ((options.checkFeatures === undefined) !== (options.of === undefined))
        command.error("error: --check-features and --of belong together: features, and the sound that they were computed from");
      if (options.prefix !== undefined && options.firmware === undefined)
        command.error("error: --prefix is for the C sources; add --firmware DIR");
      if (options.kernel !== undefined && options.firmware === undefined)
        command.error("error: --kernel is for the C sources; add --firmware DIR");
      const result = await buildToFolder(source, options);
      printNotes(result.notes);
      printLine(summary(result, options));
      if (options.keepScales) await keepScalesOf(source, result, options);
    });
}

function prefixOption(prefix: string): string {
  const reason = refusal(prefix);
  if (reason !== undefined) throw new InvalidArgumentError(reason);
  return prefix;
}

/** Builds and writes. The files in the folders change all together at the end, or not at all. */
export async function buildToFolder(source: string, options: BuildCommandOptions): Promise<BuildResult> {
  const { out, firmware, prefix, checkFeatures, of } = options;
  // Compiler and optimizer take longer to load than most other commands take to run.
  const { assertMayWrite, firmwareFolder, headerFile } = await import("../firmware/firmware_folder.js");
  const { buildModel, MODULE_FILES } = await import("../pipeline/build_model.js");
  if (firmware !== undefined) assertMayWrite(firmware, prefix);
  if (out !== undefined) await assertKeepsSource(source, out);
  if (out !== undefined) assertCanWriteTo(out, FOLDER_MODEL);
  if (firmware !== undefined) assertCanWriteTo(firmware, headerFile(prefix));
  // --firmware needs the embedded module only.
  const profile = out === undefined ? "embedded" : options.profile;
  const kernel = firmware === undefined ? "long" : (options.kernel ?? "auto");
  const result = await buildModel({
    source,
    classes: options.classes?.split(",").map((name) => name.trim()),
    id: options.id,
    calibrate: options.calibrate,
    features: checkFeatures === undefined || of === undefined ? undefined : { file: checkFeatures, sound: of },
    window: options.window,
    profile,
    kernel,
    budget: await readBudget(options.budget, source),
    version: packageVersion(),
    tell: showStep,
  });
  const { manifest } = result;
  const translated = result.word ?? { source: result.embedded, memoryBytes: result.memoryBytes };
  if (firmware !== undefined) showStep("translating to C");
  const sources =
    firmware === undefined
      ? undefined
      : await firmwareFolder(translated.source, translated.memoryBytes, manifest, packageVersion(), prefix);
  const pending = new PendingFiles(true);
  try {
    if (out !== undefined) {
      assertStaysBelow(out, result.files.keys());
      for (const [name, bytes] of result.files) pending.write(path.join(out, name), bytes);
      // Modules of an earlier build must not be mistaken for this model's.
      for (const name of MODULE_FILES) if (!result.files.has(name)) pending.remove(path.join(out, name));
    }
    if (firmware !== undefined && sources !== undefined) {
      assertStaysBelow(firmware, sources.keys());
      for (const [name, bytes] of sources) pending.write(path.join(firmware, name), bytes);
    }
    pending.commit();
  } finally {
    pending.discard();
  }
  return result;
}

/** Before the build, which takes seconds: a file of this name can be written in the folder. */
function assertCanWriteTo(folder: string, name: string): void {
  assertStaysBelow(folder, [name]);
  assertCanWrite(path.join(folder, name));
}

async function keepScalesOf(source: string, { manifest }: BuildResult, { window }: BuildCommandOptions): Promise<void> {
  const { id, classes, activationScales, frontEnd } = manifest;
  const { windowSamples } = frontEnd;
  const kept = { id, classes, activationScales, ...(window !== undefined && { frontEnd: { windowSamples } }) };
  printLine(`  scales kept in ${visible(await keepScales(source, kept))}`);
}

function summary(result: BuildResult, options: BuildCommandOptions): string {
  const { embedded, report } = result;
  const manifest = visibleTexts(result.manifest);
  const folders = [options.out, options.firmware].filter((folder) => folder !== undefined).map(visible);
  const lines = [
    `${folders.join(", ")}: ${manifest.id} (${manifest.sha256.slice(0, 12)}), ${manifest.classes.length} classes: ${manifest.classes.join(", ")}`,
    `  ${count(embedded.length)} bytes, ${count(manifest.network.weightBytes)} of them int8 weights; ${count(manifest.network.multiplyAccumulates)} multiply-accumulates`,
  ];
  const { answers } = report;
  if (answers) {
    lines.push(
      `  compared with the float model on ${report.segments} recordings: ${answers.agreeing} same labels, mean of the largest difference ${answers.meanDifference.toFixed(4)}`,
    );
  }
  return lines.join("\n");
}
