/**
 * Writes a module with the front end for segments of WINDOW_SAMPLES samples, for front_end.py.
 *
 *     node training/data/front_end.mjs WINDOW_SAMPLES FILE.wasm
 */
import { writeFileSync } from "node:fs";
import { REFERENCE_FRONT_END } from "../../dist/ts-tools/model/front_end.js";
import { frontEndModuleBytes } from "../../dist/ts-tools/pipeline/front_end_module.js";

const [windowSamples, file] = process.argv.slice(2);
writeFileSync(file, await frontEndModuleBytes({ ...REFERENCE_FRONT_END, windowSamples: Number(windowSamples) }));
