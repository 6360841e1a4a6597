/** Files that cannot be a model, or not a whole one: one sentence each, always a ModelError. */

import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { strToU8, unzipSync, zipSync } from "fflate";
import { importModel } from "../../ts-tools/import/import_model.js";
import { editedTfjs, fixture, fixtureBytes, refusal, temporaryFile, temporaryFolder } from "./model_fixtures.js";

const SUPPORTED = "a TensorFlow.js model.json (graph or layers model), Keras .h5 or .keras, a float TensorFlow Lite .tflite, or ONNX";

test("a file that is not there", async (t) => {
  const path = join(temporaryFolder(t), "absent.keras");
  assert.equal(await refusal(path), `${path}: there is no such file or folder, expected ${SUPPORTED}.`);
});

test("a folder without model.json", async (t) => {
  const folder = temporaryFolder(t);
  assert.equal(
    await refusal(folder),
    `${folder}: the folder has no readable model.json, expected one, or name the file itself: ${SUPPORTED}.`,
  );
  mkdirSync(join(folder, "model.json"));
  assert.match(await refusal(folder), /the folder has no readable model\.json/);
});

test("an empty file", async (t) => {
  for (const name of ["model.tflite", "model.keras", "model.h5", "model.json"]) {
    const path = temporaryFile(t, name, "");
    assert.equal(await refusal(path), `${path}: the file is empty, expected ${SUPPORTED}.`);
  }
});

test("a file of another kind", async (t) => {
  for (const content of ["RIFF....WAVEfmt ", "hello", gzipSync("hello")]) {
    const path = temporaryFile(t, "model.bin", content);
    assert.equal(
      await refusal(path),
      `${path}: this is not a model file of a known format, or its beginning is damaged, expected ${SUPPORTED}.`,
    );
  }
});

test("a SavedModel", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "saved_model.pb");
  writeFileSync(path, Buffer.from([0x08, 0x01, 0x12, 0x80, 0x01, 0x0a]));
  const advice =
    `expected ${SUPPORTED}: convert it where TensorFlow is installed with ` +
    `tflite_convert --saved_model_dir="${folder}" --output_file=model.tflite, and name model.tflite.`;
  assert.equal(await refusal(folder), `${folder}: this is a TensorFlow SavedModel, ${advice}`);
  assert.equal(await refusal(path), `${path}: this is a part of a TensorFlow SavedModel, ${advice}`);
  const graph = temporaryFile(t, "frozen.pb", Buffer.from([0x0a, 0x10]));
  assert.match(
    await refusal(graph),
    /frozen\.pb: this is a TensorFlow graph, expected .*: save the Keras model as \.keras, or convert its SavedModel\.$/,
  );
});

const EXPORT =
  'in its Python program, load it and call torch.onnx.export(model.eval(), torch.zeros(1, 1, 184, 40), "model.onnx"), and name model.onnx.';

test("what PyTorch saves, whatever its name is", async (t) => {
  for (const name of ["state.pt", "script.pt", "legacy.pth"]) {
    const renamed = temporaryFile(t, "model.keras", fixtureBytes(`foreign/${name}`));
    for (const path of [fixture(`foreign/${name}`), renamed]) {
      const sentence = await refusal(path);
      assert.match(sentence, /this is a (PyTorch file|Python pickle, as PyTorch saves its models), expected /);
      assert.ok(sentence.endsWith(EXPORT), sentence);
    }
  }
});

test("a safetensors file", async (t) => {
  const header = JSON.stringify({ "convolution.weight": { dtype: "F32", shape: [1, 1, 1, 1], data_offsets: [0, 4] } });
  // A length of 123 is a brace.
  for (const text of [header, header.padEnd(123)]) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    const path = temporaryFile(t, "model.json", Buffer.concat([length, Buffer.from(text), Buffer.alloc(4)]));
    assert.equal(await refusal(path), `${path}: this is a safetensors file, which holds weights alone, expected ${SUPPORTED}: ${EXPORT}`);
  }
});

test("a pointer of Git LFS, a web page, a zipped model", async (t) => {
  const pointer = temporaryFile(t, "model.keras", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n");
  assert.match(await refusal(pointer), /this is a pointer of Git LFS, not the file itself, expected .*: fetch it with git lfs pull\.$/);
  const page = temporaryFile(t, "model.h5", "<!DOCTYPE html>\n<html></html>");
  assert.match(await refusal(page), /this is a web page, expected .*: download the file itself\.$/);
  const zipped = temporaryFile(t, "model.zip", zipSync({ "model/saved_model.pb": strToU8("x") }));
  assert.match(await refusal(zipped), /holds a model of TensorFlow or TensorFlow\.js, expected its folder: unpack it and name that\.$/);
});

test("a model.json with a byte order mark is read, one in UTF-16 is called that", async (t) => {
  const original = fixtureBytes("tiny.tfjs-layers/model.json").toString();
  const path = editedTfjs(t, "tiny.tfjs-layers", () => {});
  writeFileSync(path, `\ufeff${original}`);
  assert.equal((await importModel(path)).dense.classes, 5);
  for (const text of [
    Buffer.from(`\ufeff${original}`, "utf16le"),
    Buffer.from(original, "utf16le"),
    Buffer.from(`\ufeff${original}`, "utf16le").swap16(),
  ]) {
    writeFileSync(path, text);
    assert.equal(await refusal(path), `${path}: this is text in UTF-16, expected ${SUPPORTED}: if it is a model.json, save it as UTF-8.`);
  }
});

test("a TensorFlow Lite file with integer weights", async () => {
  const path = fixture("tiny.int8.tflite");
  assert.equal(
    await refusal(path),
    `${path}: layer "light_sernet/both_relu/Relu" has a kernel of type INT8, expected FLOAT32 or FLOAT16: use the float model, light-sernet quantizes it itself.`,
  );
});

test("a TensorFlow Lite file that is cut off", async (t) => {
  const bytes = fixtureBytes("tiny.float32.tflite");
  for (const length of [8, 100, bytes.length >> 1, bytes.length - 4]) {
    const path = temporaryFile(t, "model.tflite", bytes.subarray(0, length));
    assert.equal(
      await refusal(path),
      `${path}: this TensorFlow Lite file cannot be read, expected an intact one: it is damaged or incomplete.`,
    );
  }
});

test("an HDF5 file that is cut off", async (t) => {
  const bytes = fixtureBytes("tiny.keras2.h5.gz");
  for (const length of [9, 100, bytes.length >> 1, bytes.length - 4]) {
    const path = temporaryFile(t, "model.h5", bytes.subarray(0, length));
    assert.equal(await refusal(path), `${path}: its HDF5 data cannot be opened, expected an intact file: it is damaged or incomplete.`);
  }
});

test("an archive that is cut off", async (t) => {
  const bytes = fixtureBytes("tiny.keras3.keras");
  for (const length of [5, 100, bytes.length >> 1, bytes.length - 4]) {
    const path = temporaryFile(t, "model.keras", bytes.subarray(0, length));
    assert.equal(
      await refusal(path),
      `${path}: this zip archive cannot be unpacked, expected an intact Keras .keras archive: it is damaged or incomplete.`,
    );
  }
});

test("an archive of something else, or without its weights", async (t) => {
  const other = temporaryFile(t, "model.zip", zipSync({ "readme.txt": strToU8("x") }));
  assert.equal(await refusal(other), `${other}: this zip archive has no config.json, expected a Keras .keras archive.`);
  const { "config.json": config = new Uint8Array() } = unzipSync(fixtureBytes("tiny.keras3.keras"));
  const bare = temporaryFile(t, "model.keras", zipSync({ "config.json": config }));
  assert.equal(await refusal(bare), `${bare}: this zip archive has no model.weights.h5, expected a Keras .keras archive.`);
});

test("an archive that claims more than fits in memory", async (t) => {
  const bytes = fixtureBytes("tiny.keras3.keras");
  // Central directory: signature PK\1\2, the unpacked size 24 bytes on.
  const entry = bytes.indexOf(Buffer.from("PK\x01\x02", "latin1"));
  bytes.writeUInt32LE(0xfffffff0, entry + 24);
  const claimed = /its [a-z.]+ unpacks to 4294967280 bytes, expected at most \d+, the most that its model can need: it is damaged\.$/;
  assert.match(await refusal(temporaryFile(t, "model.keras", bytes)), claimed);
});

test("weights without an architecture", async (t) => {
  const { "model.weights.h5": weights = new Uint8Array() } = unzipSync(fixtureBytes("tiny.keras3.keras"));
  const path = temporaryFile(t, "model.weights.h5", weights);
  assert.equal(
    await refusal(path),
    `${path}: this HDF5 file has no model_config, expected a whole Keras model: save it with model.save, not save_weights.`,
  );
});

test("a model.json that is cut off or is not TensorFlow.js'", async (t) => {
  const broken = temporaryFile(t, "model.json", fixtureBytes("tiny.tfjs-graph/model.json").subarray(0, 5000));
  assert.equal(
    await refusal(broken),
    `${broken}: this is not valid JSON, expected a complete model description: the file is damaged or incomplete.`,
  );
  const manifest = temporaryFile(t, "model.json", JSON.stringify({ format: "light-sernet", layers: [] }));
  assert.equal(
    await refusal(manifest),
    `${manifest}: its format is "light-sernet", expected a TensorFlow.js graph-model or layers-model with its topology.`,
  );
});

for (const name of ["tiny.tfjs-graph", "tiny.tfjs-layers"]) {
  test(`${name}: a shard that is missing, short, or not named`, async (t) => {
    const path = editedTfjs(t, name, () => {});
    const shard = join(dirname(path), "group1-shard1of1.bin");
    const { length } = fixtureBytes(`${name}/group1-shard1of1.bin`);
    writeFileSync(shard, Buffer.alloc(length - 4));
    assert.equal(
      await refusal(path),
      `${path}: its weights group1-shard1of1.bin have ${length - 4} bytes, expected ${length}: a shard is damaged or belongs to another model.`,
    );
    rmSync(shard);
    assert.equal(await refusal(path), `${path}: the weights shard ${shard} cannot be read, expected a plain file beside model.json.`);
    const none = editedTfjs<{ weightsManifest?: unknown }>(t, name, (model) => delete model.weightsManifest);
    assert.equal(await refusal(none), `${none}: it has no weightsManifest, expected one that names the shards of weights.`);
  });

  test(`${name}: weights of a type that is not read`, async (t) => {
    type Model = { weightsManifest: [{ weights: { dtype: string; name: string }[] }] };
    const path = editedTfjs<Model>(t, name, (model) => {
      model.weightsManifest[0].weights[0] = { ...model.weightsManifest[0].weights[0]!, dtype: "string" };
    });
    assert.match(
      await refusal(path),
      /: its weight ".+" has the type "string" and the shape \[.*\], expected float32, or quantized to .*, and a shape of whole numbers\.$/,
    );
  });
}
