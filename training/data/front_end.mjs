/**
 * Writes a module with the front end for segments of WINDOW_SAMPLES samples, for front_end.py.
 *
 *     node training/data/front_end.mjs WINDOW_SAMPLES FILE.wasm [raw | SIDECAR.json]
 *
 * raw: the coefficients before any normalization and clip, the zeroth being the mean log energy. SIDECAR.json: with the normalization of that light-sernet.json.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { REFERENCE_FRONT_END } from "../../dist/ts-tools/model/front_end.js";
import { frontEndModuleBytes, unclipped } from "../../dist/ts-tools/pipeline/front_end_module.js";
import { parseSidecar } from "../../dist/ts-tools/pipeline/model_folder.js";

const [windowSamples, file, kind] = process.argv.slice(2);
const reference = { ...REFERENCE_FRONT_END, windowSamples: Number(windowSamples) };
const normalized = () => ({ ...reference, normalization: parseSidecar(readFileSync(kind, "utf8"), kind).normalization });
const frontEnd = kind === undefined ? reference : kind === "raw" ? unclipped(reference) : normalized();
writeFileSync(file, await frontEndModuleBytes(frontEnd));
