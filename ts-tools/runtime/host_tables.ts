import { ABI_VERSION, EXPORTS, type ExportedFunction, exportsOf, FEATURES, OPTIONAL_EXPORTS } from "../abi/exports.js";
import { ALL_STATUS, INPUT_FORMAT, SAMPLE_BYTES, WARNING } from "../abi/status.js";
import { STREAM_ANSWER, STREAM_EVENT, STREAM_LIMITS, STREAM_STATE } from "../abi/stream.js";
import { SOUND_EXTENSIONS } from "../host/sound_files.js";
import { moduleFile } from "../model/builds.js";
import { DIMENSIONS } from "../model/dimensions.js";
import { MOST_WINDOW_SAMPLES, REFERENCE_FRONT_END } from "../model/front_end.js";
import { LEAST_VOICE } from "../model/levels.js";
import { MOST_CLASS_BYTES, MOST_CLASSES, MOST_ID_BYTES } from "../model/model_names.js";
import { isPackagedModel, LICENSES, notPackaged, type ShippedModel } from "./shipped_models.js";
import { MOST_CROPS } from "./windows.js";

/** The numbers and sentences that a runtime in another language has from here, and does not repeat: the Python package reads them as JSON (python/stage.mjs). */
export function hostTables(): object {
  const names = Object.keys(LICENSES) as ShippedModel[];
  return {
    abiVersion: ABI_VERSION,
    exports: Object.keys(EXPORTS),
    optionalExports: Object.fromEntries(FEATURES.map((feature) => [feature, Object.keys(OPTIONAL_EXPORTS[feature])])),
    floatExports: floatExports(),
    formats: Object.fromEntries(
      Object.entries(INPUT_FORMAT).map(([name, code]) => [name, { code, bytes: SAMPLE_BYTES[name as keyof typeof SAMPLE_BYTES] }]),
    ),
    statuses: ALL_STATUS,
    warnings: WARNING,
    streamAnswer: Object.keys(STREAM_ANSWER),
    streamStates: STREAM_STATE,
    streamEvents: STREAM_EVENT,
    streamLimits: STREAM_LIMITS,
    streamFrameSamples: REFERENCE_FRONT_END.frameSamples,
    dimensions: DIMENSIONS,
    leastVoice: LEAST_VOICE,
    limits: {
      classes: MOST_CLASSES,
      classBytes: MOST_CLASS_BYTES,
      idBytes: MOST_ID_BYTES,
      windowSamples: MOST_WINDOW_SAMPLES,
      crops: MOST_CROPS,
    },
    builds: { simd: moduleFile("simd"), scalar: moduleFile("scalar") },
    packagedModels: names.filter(isPackagedModel),
    otherModels: Object.fromEntries(names.filter((name) => !isPackagedModel(name)).map((name) => [name, notPackaged(name)])),
    soundExtensions: [...SOUND_EXTENSIONS],
  };
}

/** Functions whose result is a float. */
function floatExports(): string[] {
  const all: Readonly<Record<string, ExportedFunction>> = exportsOf(FEATURES);
  return Object.keys(all).filter((name) => all[name]!.type === "f32");
}
