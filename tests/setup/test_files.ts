/** Which test files there are, in which order they are run, and which of them are quick. Names are those below tests/, without ".test.ts". */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../support/paths.js";

/** Those that take longest, in seconds of processor time as time_files.ts measures them; they begin first, so that none is left alone at the end. */
const SECONDS: Readonly<Record<string, number>> = {
  "firmware/cortex_m": 93,
  "fuzz/fuzz": 88,
  "firmware/c_options": 80,
  "module/engines": 68,
  "firmware/build_flags": 61,
  "firmware/zephyr_way": 58,
  "firmware/c_corruption": 56,
  "firmware/c_api": 40,
  "pipeline/build": 39,
  "fuzz/planted": 33,
  "module/recordings": 33,
  "module/front_ends": 32,
  "features/compare_features": 30,
  "firmware/firmware_folder": 28,
  "firmware/riscv": 26,
  "firmware/packaging": 20,
  "firmware/narrow_report": 25,
  "firmware/guard_accesses": 24,
  "runtime/package": 20,
  "import/limits": 23,
  "module/stream": 21,
  "module/acceptance": 21,
  "pipeline/normalization": 21,
  "pipeline/upstream_formats": 20,
  "firmware/merged_exports": 19,
  "module/wide_tiles": 19,
  "firmware/adaptation": 17,
  "module/normalization": 16,
  "module/path": 16,
  "module/shipped_modules": 15,
  "apps/apps": 18,
  "web/page": 13,
  "web/accessibility": 12,
  "cli/classify": 12,
  "runtime/open_recordings": 12,
  "runtime/in_browsers": 11,
  "host/wasmtime": 12,
  "module/wide_models": 12,
  "runtime/damaged_modules": 12,
  "firmware/warnings": 11,
  "module/network": 11,
  "hour/hour": 14,
  "import/formats": 10,
  "module/command": 10,
  "import/variants": 10,
  "pipeline/onnx_recordings": 9,
  "module/micro_model": 10,
  "module/winograd": 10,
  "import/refused_convolutions": 9,
  "module/largest_sums": 9,
  "pipeline/accept_threshold": 8,
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
