/**
 * The probabilities of a float model as `light-sernet build` imports it, for export.py.
 *
 *     node training/conversion/float_probabilities.mjs MODEL < MFCCS
 *
 * MFCCS are float32 [segments, frames, coefficients], little-endian; standard output gets JSON [segments][classes].
 */
import { readFileSync } from "node:fs";
import { importModel } from "../../dist/ts-tools/import/import_model.js";
import { floatNetwork } from "../../dist/ts-tools/quantize/float_forward.js";

const model = await importModel(process.argv[2]);
const network = floatNetwork(model);
const bytes = readFileSync(0);
const mfccs = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
const size = model.frames * model.coefficients;
const probabilities = [];
for (let start = 0; start < mfccs.length; start += size) probabilities.push([...network(mfccs.subarray(start, start + size))]);
process.stdout.write(`${JSON.stringify(probabilities)}\n`);
