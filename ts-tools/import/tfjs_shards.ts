/** The shards of a TensorFlow.js model: files of weights beside its model.json, which names them and says what they hold. */

import { type FolderFile, findInFolder, readInFolder } from "./folder_file.js";
import { asArray, asObject, asText, isObject, type Json, type JsonObject } from "./json.js";
import { elementCount, fileError, quoted } from "./layer_graph.js";
import { MOST_SHARDS, WeightCounter } from "./limits.js";

const SHARD = "the weights shard";

/**
 * The bytes of all shards that a weightsManifest names, in its order. Every shard must be a plain file in the folder of the model.json at
 * `path`, or in a folder below it, and be named once. Their sizes must match the weights; this is checked before any is read.
 */
export async function readWeightsManifest(path: string, manifest: Json | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const groups = asArray(manifest).map(asObject);
  if (groups.length === 0) throw fileError(path, "it has no weightsManifest, expected one that names the shards of weights");
  const names = groups.map((group) => asArray(group.paths).map(asText));
  const shards = await findShards(path, names.flat());
  const counter = new WeightCounter(path);
  for (const [index, group] of groups.entries()) checkSizes(path, names[index]!, shards, group, counter);
  const whole = new Uint8Array([...shards.values()].reduce((sum, { bytes }) => sum + bytes, 0));
  let offset = 0;
  for (const shard of shards.values()) {
    whole.set(await readInFolder(path, shard, SHARD), offset);
    offset += shard.bytes;
  }
  return whole;
}

/** Shards by name. */
async function findShards(path: string, names: readonly string[]): Promise<Map<string, FolderFile>> {
  if (names.length > MOST_SHARDS) throw fileError(path, `it names ${names.length} shards of weights, expected at most ${MOST_SHARDS}`);
  const shards = new Map<string, FolderFile>();
  const files = new Set<string>();
  for (const name of names) {
    const shard = await findInFolder(path, name, SHARD);
    if (files.has(shard.file)) throw fileError(path, `it names the weights shard ${name} twice, expected each once`);
    files.add(shard.file);
    shards.set(name, shard);
  }
  return shards;
}

/** The shards of one group must have exactly as many bytes as its weights take. */
function checkSizes(
  path: string,
  names: readonly string[],
  shards: ReadonlyMap<string, FolderFile>,
  group: JsonObject,
  counter: WeightCounter,
): void {
  const bytes = names.reduce((sum, name) => sum + shards.get(name)!.bytes, 0);
  const expected = asArray(group.weights).reduce((sum: number, weight) => sum + weightBytes(path, asObject(weight), counter), 0);
  if (bytes !== expected) {
    throw fileError(
      path,
      `its weights ${names.join(", ")} have ${bytes} bytes, expected ${expected}: a shard is damaged or belongs to another model`,
    );
  }
}

const BYTES_PER_VALUE: Record<string, number> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

function weightBytes(path: string, weight: JsonObject, counter: WeightCounter): number {
  const type = asText(isObject(weight.quantization) ? weight.quantization.dtype : weight.dtype);
  const shape = asArray(weight.shape).map((size) => (typeof size === "number" ? size : Number.NaN));
  const bytes = elementCount(shape) * (Object.hasOwn(BYTES_PER_VALUE, type) ? BYTES_PER_VALUE[type]! : Number.NaN);
  if (!Number.isSafeInteger(bytes) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    const found = `its weight ${quoted(asText(weight.name))} has the type ${quoted(type)} and the shape ${JSON.stringify(weight.shape ?? null)}`;
    throw fileError(path, `${found}, expected float32, or quantized to float16, uint16 or uint8, and a shape of whole numbers`);
  }
  counter.add(elementCount(shape));
  return bytes;
}
