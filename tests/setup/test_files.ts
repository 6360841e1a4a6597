/** Which test files there are, in which order they are run, and which of them are quick. Names are those below tests/, without ".test.ts". */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../support/paths.js";

/** Those that take longest, in seconds of processor time, about; they begin first, so that none is left alone at the end. time_files.ts measures them. */
const SECONDS: Readonly<Record<string, number>> = {
  "firmware/cortex_m": 125,
  "module/engines": 115,
  "firmware/build_flags": 105,
  "fuzz/fuzz": 80,
  "pipeline/build": 68,
  "firmware/c_options": 62,
  "firmware/c_api": 50,
  "firmware/zephyr_way": 46,
  "firmware/two_models": 44,
  "module/front_ends": 42,
  "module/recordings": 40,
  "firmware/firmware_folder": 39,
  "firmware/narrow_report": 39,
  "firmware/c_corruption": 38,
  "features/compare_features": 37,
  "firmware/riscv": 37,
  "fuzz/planted": 34,
  "module/stream": 33,
  "firmware/stream_firmware": 31,
  "firmware/packaging": 29,
  "firmware/merged_exports": 27,
  "cli/jobs": 26,
  "import/limits": 26,
  "module/wide_tiles": 25,
  "firmware/guard_accesses": 24,
  "module/path": 23,
  "pipeline/upstream_formats": 23,
  "pipeline/normalization": 22,
  "firmware/stream_c": 21,
  "module/acceptance": 21,
  "bench/compare/chromium": 20,
  "cli/sound_formats": 20,
  "firmware/warnings": 20,
  "runtime/package": 20,
  "apps/apps": 18,
  "docs/figures": 17,
  "firmware/adaptation": 17,
  "module/shipped_modules": 17,
  "firmware/word_kernel": 16,
  "module/normalization": 16,
  "module/wide_models": 16,
  "cli/sound_kinds": 15,
  "module/word": 15,
  "firmware/bare_metal": 14,
  "hour/hour": 14,
  "import/refused_convolutions": 14,
  "import/variants": 14,
  "web/page": 14,
  "web/microphone": 13,
  "cli/classify": 12,
  "cli/listen": 12,
  "host/wasmtime": 12,
  "runtime/damaged_modules": 12,
  "runtime/open_recordings": 12,
  "web/accessibility": 12,
  "cli/features": 11,
  "module/network": 11,
  "module/winograd": 11,
  "runtime/in_browsers": 11,
  "import/formats": 10,
  "import/refused_files": 10,
  "module/command": 10,
  "module/micro_model": 10,
  "sounds/damaged": 10,
  "sounds/decode": 10,
  "cli/adaptation": 9,
  "module/largest_sums": 9,
  "module/voice": 9,
  "pipeline/calibration_set": 9,
  "pipeline/onnx_recordings": 9,
  "pipeline/accept_threshold": 8,
  "runtime/microphone": 8,
  "runtime/microphone_pauses": 8,
};

/** It compares measured times with limits: beside another program they would be others. */
const QUIET = ["bench/main"];

/** They use the packages in .venv, which are being installed when the others begin. */
const PYTHON = ["hour/hour", "module/engines", "module/recordings", "firmware/build_files"];

/** Without a built model, other programs and long sums: what `npm run test:quick` runs, besides the specs of tests/assembly. */
const QUICK = [
  ...["emit", "evaluate", "model", "reference"],
  ...[
    "cli/predictions_csv",
    "features/fourier",
    "features/npy",
    "host/file_names",
    "host/pending_files",
    "host/plain_file",
    "host/time_left",
  ],
  ...["import/folding", "import/formats", "import/onnx", "import/refused_graphs", "import/refused_networks"],
  ...[
    "quantize/calibrate",
    "quantize/float_forward",
    "quantize/integer_forward",
    "quantize/quantize",
    "quantize/requantize",
    "quantize/voice",
  ],
  ...["runtime/float32", "runtime/windows"],
];

/** All of them; those that take long first. */
function testFiles(): string[] {
  return readdirSync(join(repositoryRoot, "tests"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => name.slice(0, -".test.ts".length).replaceAll("\\", "/"))
    .sort((a, b) => (SECONDS[b] ?? 0) - (SECONDS[a] ?? 0) || (a < b ? -1 : 1));
}

const isIn = (name: string, places: readonly string[]): boolean => places.some((place) => name === place || name.startsWith(`${place}/`));

export const needsPython = (name: string): boolean => isIn(name, PYTHON);

export const needsQuiet = (name: string): boolean => isIn(name, QUIET);

export const quickFiles = (): string[] => testFiles().filter((name) => isIn(name, QUICK));

/** The test files of these places, which are folders and files with or without "tests/" and ".test.ts"; all of them without any. */
export function chosenFiles(places: readonly string[]): string[] {
  const names = testFiles();
  if (places.length === 0) return names;
  const wanted = places.map((place) => place.replace(/^(\.\/)?tests\//, "").replace(/(\.test\.ts|\/)$/, ""));
  for (const [index, place] of wanted.entries())
    if (!names.some((name) => isIn(name, [place]))) throw new Error(`${places[index]}: there is no such test file or folder of test files`);
  return names.filter((name) => isIn(name, wanted));
}

export const compiledFile = (name: string): string => join(repositoryRoot, "dist", "tests", `${name}.test.js`);
