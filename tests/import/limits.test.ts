/** Files made to hang the reader or fill its memory: each is refused with one sentence, soon and in little memory. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { strToU8, unzipSync, type Zippable, zipSync } from "fflate";
import { Dataset, File, ready } from "h5wasm";
import { withHdf5File } from "../../ts-tools/import/hdf5_file.js";
import { importModel } from "../../ts-tools/import/import_model.js";
import * as limits from "../../ts-tools/import/limits.js";
import {
  MOST_HDF5_BYTES,
  MOST_JSON_BYTES,
  MOST_MEMORY_BYTES,
  MOST_MILLISECONDS,
  MOST_SHARDS,
  MOST_WEIGHTS,
  WeightCounter,
} from "../../ts-tools/import/limits.js";
import { repositoryRoot } from "../support/paths.js";
import { editedTfjs, fixture, fixtureBytes, largestDifference, refusal, temporaryFile, temporaryFolder } from "./model_fixtures.js";
import { attribute, constant, editedOnnx, nodeOf } from "./onnx_edit.js";

/** Of processor time: starting the thread and loading a library take some, too. */
const LONGEST_MILLISECONDS = MOST_MILLISECONDS + 2000;

/** The sentence of a file that must be refused, soon and in little memory; both are reported. */
async function refusedInTime(t: TestContext, path: string): Promise<{ sentence: string; mebibytes: number }> {
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  const begin = process.cpuUsage();
  try {
    const sentence = await refusal(path);
    const { user, system } = process.cpuUsage(begin);
    const milliseconds = Math.round((user + system) / 1000);
    const mebibytes = Math.round((most - before) / 2 ** 20);
    t.diagnostic(`${milliseconds} ms, ${mebibytes} MiB: ${sentence.slice(path.length)}`);
    assert.ok(milliseconds < LONGEST_MILLISECONDS, `${milliseconds} ms`);
    // Checked every 10 ms: what is allocated between two checks is on top.
    assert.ok(most - before < MOST_MEMORY_BYTES + 2 ** 26, `${mebibytes} MiB`);
    return { sentence, mebibytes };
  } finally {
    clearInterval(watch);
  }
}

const ARCHIVE = "plain_conv.keras3.keras";
const WEIGHTS = "model.weights.h5";

function archiveMembers(): Zippable {
  return unzipSync(fixtureBytes(ARCHIVE));
}

test("HDF5 that never ends: one byte of a .keras", async (t) => {
  const members = archiveMembers();
  const weights = members[WEIGHTS] as Uint8Array;
  assert.equal(weights[3000], 7);
  weights[3000] = 0;
  const path = temporaryFile(t, ARCHIVE, zipSync(members));
  assert.match(
    (await refusedInTime(t, path)).sentence,
    /reading it takes longer than 4 s, expected a fraction of that: the file is damaged\.$/,
  );
});

/** The weights of the archive with another dataset as the first convolution's kernel: at first of a few values, then of this shape. */
async function withDataset(shape: number[], data: Float32Array | Float64Array, chunks: number[], compression?: number): Promise<Zippable> {
  const kernel = "layers/conv2d/vars/0";
  const { FS } = await ready;
  const members = archiveMembers();
  FS.writeFile("/original.h5", members[WEIGHTS] as Uint8Array);
  const original = new File("/original.h5", "r");
  const copy = new File("/copy.h5", "w");
  const names = original.paths().filter((name) => original.get(name) instanceof Dataset);
  assert.ok(names.includes(kernel));
  for (const name of original.paths()) if (!names.includes(name) && name !== "/") copy.create_group(name);
  for (const name of names) {
    const { value, shape: kept } = original.get(name) as Dataset;
    if (name !== kernel) copy.create_dataset({ name, data: value as Float32Array, shape: kept });
  }
  const first = shape.map((size) => Math.min(size, 2));
  copy.create_dataset({ name: kernel, data, shape: first, maxshape: shape.map(() => null), chunks, ...(compression && { compression }) });
  (copy.get(kernel) as Dataset).resize(shape);
  original.close();
  copy.close();
  members[WEIGHTS] = FS.readFile("/copy.h5", { encoding: "binary" }) as Uint8Array;
  return members;
}

test("HDF5 whose dataset is larger than any memory", async (t) => {
  const members = await withDataset([1000, 1000, 1000, 1000], new Float32Array(16), [2, 2, 2, 2]);
  const path = temporaryFile(t, ARCHIVE, zipSync(members));
  assert.match((await refusedInTime(t, path)).sentence, /its layers have 1000000000000 weights or more, expected at most 16777216/);
});

const ALMOST_TOO_MANY = MOST_WEIGHTS - 2000;

test("HDF5 whose dataset is in memory twice while it is read: the library's memory is limited", async (t) => {
  // One chunk, which HDF5 unpacks as a whole before it copies.
  const members = await withDataset([ALMOST_TOO_MANY], new Float64Array(2), [ALMOST_TOO_MANY], 9);
  const { sentence, mebibytes } = await refusedInTime(t, temporaryFile(t, ARCHIVE, zipSync(members)));
  assert.match(sentence, /cannot be read, expected an intact one/);
  assert.ok(mebibytes < MOST_HDF5_BYTES / 2 ** 20 + 96, `${mebibytes} MiB`);
});

test("a process that grows by more than it may", async () => {
  await assert.rejects(importModel(fixture(ARCHIVE), undefined, 2 ** 20), {
    name: "ModelError",
    message: `${fixture(ARCHIVE)}: reading it takes more than 1 MiB of memory, expected a few: the file is damaged.`,
  });
});

test("HDF5's library finds no device of the process", async () => {
  await withHdf5File("weights", archiveMembers()[WEIGHTS] as Uint8Array, () => {});
  const { FS } = await ready;
  const files = FS as unknown as { readdir(path: string): string[] };
  assert.deepEqual(
    files.readdir("/dev").filter((name) => !name.startsWith(".")),
    ["shm"],
  );
});

test("a .keras whose descriptions are too large together", async (t) => {
  const members = archiveMembers();
  for (const name of ["config.json", "metadata.json"]) members[name] = new Uint8Array(9 * 2 ** 20).fill(32);
  const path = temporaryFile(t, ARCHIVE, zipSync(members));
  const left = MOST_JSON_BYTES - 9 * 2 ** 20;
  assert.match(
    (await refusedInTime(t, path)).sentence,
    new RegExp(`its metadata\\.json unpacks to 9437184 bytes, expected at most ${left},`),
  );
});

test("a .keras whose weights unpack to more than its model needs", async (t) => {
  const members = archiveMembers();
  members[WEIGHTS] = new Uint8Array(2 ** 23);
  const path = temporaryFile(t, ARCHIVE, zipSync(members));
  assert.match(
    (await refusedInTime(t, path)).sentence,
    /its model\.weights\.h5 unpacks to 8388608 bytes, expected at most \d+, the most that its model can need/,
  );
});

test("a .keras of three large members", async (t) => {
  const large = new Uint8Array(2 ** 27);
  const path = temporaryFile(t, ARCHIVE, zipSync({ "config.json": large, "metadata.json": large, [WEIGHTS]: large }, { level: 1 }));
  assert.match((await refusedInTime(t, path)).sentence, /its config\.json unpacks to 134217728 bytes, expected at most 16777216/);
});

test("a .keras whose directory says less than its members unpack to", async (t) => {
  const members = archiveMembers();
  const real = (members[WEIGHTS] as Uint8Array).length;
  members[WEIGHTS] = new Uint8Array(2 ** 27);
  const bytes = zipSync(members);
  const directory = new DataView(bytes.buffer);
  // Local header and central directory: the size before packing, a uint32.
  for (const at of memberHeaders(bytes, WEIGHTS)) directory.setUint32(at, real, true);
  const path = temporaryFile(t, ARCHIVE, bytes);
  assert.match((await refusedInTime(t, path)).sentence, /this zip archive cannot be unpacked/);
});

/** Offsets of a member's sizes: 22 bytes into the local header, 24 into the entry of the directory. */
function memberHeaders(bytes: Uint8Array, name: string): number[] {
  const text = Buffer.from(bytes).toString("latin1");
  const places: number[] = [];
  for (const [signature, nameOffset, sizeOffset] of [
    ["PK\x03\x04", 30, 22],
    ["PK\x01\x02", 46, 24],
  ] as const) {
    for (let at = text.indexOf(signature); at >= 0; at = text.indexOf(signature, at + 1)) {
      if (text.startsWith(name, at + nameOffset)) places.push(at + sizeOffset);
    }
  }
  assert.equal(places.length, 2);
  return places;
}

test("a .keras whose directory names one member a hundred times", async (t) => {
  const bytes = zipSync(archiveMembers());
  const text = Buffer.from(bytes).toString("latin1");
  const begin = text.indexOf("PK\x01\x02");
  const end = text.indexOf("PK\x05\x06");
  const entry = Buffer.from(bytes.subarray(begin, text.indexOf("PK\x01\x02", begin + 1)));
  const tail = Buffer.from(bytes.subarray(end));
  for (const [count, sentence] of [
    [100, /this zip archive has [a-z.0-9]+ twice, expected it once/],
    [1001, /this zip archive cannot be unpacked/],
  ] as const) {
    tail.writeUInt16LE(count, 8);
    tail.writeUInt16LE(count, 10);
    tail.writeUInt32LE(count * entry.length, 12);
    const bomb = Buffer.concat([bytes.subarray(0, begin), ...Array.from({ length: count }, () => entry), tail]);
    assert.match((await refusedInTime(t, temporaryFile(t, ARCHIVE, bomb))).sentence, sentence);
  }
});

test("a .keras with a configuration of many objects", async (t) => {
  const members = archiveMembers();
  members["config.json"] = strToU8(`[${"{},".repeat(2 ** 22)}{}]`);
  const path = temporaryFile(t, ARCHIVE, zipSync(members, { level: 1 }));
  assert.match((await refusedInTime(t, path)).sentence, /its description has more than 1048576 values/);
});

interface TfjsModel {
  weightsManifest: { paths: unknown[]; weights: { shape: unknown }[] }[];
}

/** The sentence for a model.json with these shards; `prepare` puts files into its folder. */
async function refusedShards(t: TestContext, paths: unknown[], prepare: (folder: string) => void = () => {}): Promise<string> {
  const path = editedTfjs<TfjsModel>(t, "tiny.tfjs-graph", ({ weightsManifest }) => {
    weightsManifest[0]!.paths = paths;
  });
  prepare(dirname(path));
  return (await refusedInTime(t, path)).sentence;
}

const SHARD = "group1-shard1of1.bin";

test("shards outside the model's folder", async (t) => {
  const outside = /is outside the model's folder, expected it beside model\.json or below/;
  const elsewhere = temporaryFile(t, SHARD, readFileSync(fixture(`tiny.tfjs-graph/${SHARD}`)));
  assert.match(await refusedShards(t, ["../".repeat(30) + elsewhere.slice(1)]), outside);
  assert.match(await refusedShards(t, ["link.bin"], (folder) => symlinkSync(elsewhere, join(folder, "link.bin"))), outside);
  assert.match(
    await refusedShards(t, ["below/shard.bin"], (folder) => symlinkSync(dirname(elsewhere), join(folder, "below"))),
    /cannot be read|outside/,
  );
});

test("shards that are not plain files", async (t) => {
  const unreadable = /cannot be read, expected a plain file beside model\.json/;
  for (const name of ["", ".", "..", "/", "\0", "missing.bin", `${SHARD}/`, null, 7, {}])
    assert.match(await refusedShards(t, [name]), unreadable);
  assert.match(await refusedShards(t, ["zero"], (folder) => symlinkSync("/dev/zero", join(folder, "zero"))), unreadable);
  assert.match(await refusedShards(t, ["../../../../../../dev/zero"]), unreadable);
  assert.match(await refusedShards(t, ["pipe"], (folder) => void execFileSync("mkfifo", [join(folder, "pipe")])), unreadable);
});

test("shards that are named more than once", async (t) => {
  const twice = /names the weights shard .* twice, expected each once/;
  assert.match(await refusedShards(t, [SHARD, SHARD]), twice);
  assert.match(await refusedShards(t, [SHARD, `./${SHARD}`]), twice);
  assert.match(await refusedShards(t, [SHARD, "link"], (folder) => symlinkSync(SHARD, join(folder, "link"))), twice);
  const many = await refusedShards(
    t,
    Array.from({ length: 20_000 }, () => SHARD),
  );
  assert.match(many, new RegExp(`names 20000 shards of weights, expected at most ${MOST_SHARDS}`));
});

test("shards of another size are refused before they are read", async (t) => {
  // A sparse file: it takes no space on the disk, but reading it takes 64 GB.
  const path = editedTfjs<TfjsModel>(t, "tiny.tfjs-graph", () => {});
  execFileSync("truncate", ["--size", "64G", join(dirname(path), SHARD)]);
  assert.match((await refusedInTime(t, path)).sentence, /have 68719476736 bytes, expected \d+/);
});

test("weights that are too many are refused before they are read", async (t) => {
  const path = editedTfjs<TfjsModel>(t, "tiny.tfjs-graph", ({ weightsManifest }) => {
    weightsManifest[0]!.weights[0]!.shape = [2 ** 20, 2 ** 10];
  });
  assert.match((await refusedInTime(t, path)).sentence, /its layers have \d+ weights or more, expected at most 16777216/);
  const counter = new WeightCounter("file");
  counter.add(MOST_WEIGHTS - 1);
  counter.add(1);
  assert.throws(() => counter.add(1), /file: its layers have 16777217 weights or more/);
});

test("shards in a folder below, and links to files beside them, are read", async (t) => {
  const path = editedTfjs<TfjsModel>(t, "tiny.tfjs-graph", ({ weightsManifest }) => {
    weightsManifest[0]!.paths = ["below/link.bin"];
  });
  const folder = dirname(path);
  mkdirSync(join(folder, "below"));
  symlinkSync(`../${SHARD}`, join(folder, "below", "link.bin"));
  assert.equal(largestDifference(await importModel(path), await importModel(fixture("tiny.tfjs-graph"))), 0);
});

test("a model that is a pipe, a device, or larger than any", async (t) => {
  const folder = temporaryFolder(t);
  const plain = /cannot be read, expected a plain file that opens/;
  execFileSync("mkfifo", [join(folder, "pipe.h5"), join(folder, "model.json")]);
  assert.match((await refusedInTime(t, join(folder, "pipe.h5"))).sentence, plain);
  assert.match((await refusedInTime(t, folder)).sentence, /has no readable model\.json/);
  assert.match((await refusedInTime(t, "/dev/zero")).sentence, plain);
  for (const name of ["tiny.float32.tflite", ARCHIVE, "tiny.tfjs-graph/model.json"]) {
    const large = join(folder, name.replace("/", "-"));
    copyFileSync(fixture(name), large);
    execFileSync("truncate", ["--size", "300M", large]);
    assert.match((await refusedInTime(t, large)).sentence, /the file has 314572800 bytes, expected at most \d+/);
  }
});

test("a TensorFlow Lite file of twenty million operators in one place", async (t) => {
  const count = 20_000_000;
  const file = new DataView(new ArrayBuffer(40 + 4 * count));
  const words = [20, 0x334c4654]; // the root table's place, "TFL3"
  words.forEach((word, index) => void file.setUint32(4 * index, word, true));
  // The table's own list of its fields: 8 bytes for two, in a table of 12, version and operator_codes.
  [8, 12, 4, 8].forEach((half, index) => void file.setUint16(8 + 2 * index, half, true));
  file.setInt32(20, 12, true);
  file.setUint32(24, 3, true);
  file.setUint32(28, 4, true);
  file.setUint32(32, count, true);
  // Each is the root table itself, by its distance.
  for (let index = 0; index < count; index++) file.setInt32(36 + 4 * index, 20 - (36 + 4 * index), true);
  const path = temporaryFile(t, "many.tflite", new Uint8Array(file.buffer));
  assert.match(
    (await refusedInTime(t, path)).sentence,
    /reading it takes more than 160 MiB for its description, expected a few: the file is damaged/,
  );
});

test("an ONNX file of thirty million nodes, and one of as many fields", async (t) => {
  const count = 30_000_000;
  // In a ModelProto field 7 is the graph, in a GraphProto field 1 a node: here each is empty.
  for (const [field, bytes] of [
    [0x0a, [0x08, 0x08, 0x3a]],
    [0x7a, [0x08, 0x08, 0x12, 0x00]],
  ] as const) {
    const head =
      field === 0x0a ? [...bytes, ...[0, 7, 14, 21].map((shift, i) => (((2 * count) >> shift) % 128) | (i < 3 ? 128 : 0))] : bytes;
    const file = new Uint8Array(head.length + 2 * count);
    file.set(head);
    for (let at = head.length; at < file.length; at += 2) file[at] = field;
    assert.match(
      (await refusedInTime(t, temporaryFile(t, "many.onnx", file))).sentence,
      /reading it takes (more than 160 MiB for its description|longer than 4 s)/,
    );
  }
});

test("an ONNX file whose sizes double from node to node", async (t) => {
  const path = editedOnnx(t, "torchscript-11.onnx", (graph) => {
    graph.constants.push(constant("list 0", [2], [1, 1]));
    const double = Array.from({ length: 60 }, (_, i) => ({
      operation: "Concat",
      name: `double ${i}`,
      inputs: [`list ${i}`, `list ${i}`],
      outputs: [`list ${i + 1}`],
      attributes: new Map([attribute("axis", 0)]),
    }));
    graph.nodes.unshift(...double);
    nodeOf(graph, "Conv").inputs[2] = "list 60";
  });
  assert.match(
    (await refusedInTime(t, path)).sentence,
    /"\/temporal\/temporal\.0\/Conv" has no constant bias, expected trained weights in the file/,
  );
});

test("docs/security.md has the limits as they are", () => {
  const docs = readFileSync(join(repositoryRoot, "docs", "security.md"), "utf8");
  const [, table] = /<!-- limits:[^\n]*-->(.*?)<!-- end -->/s.exec(docs) ?? [];
  const figures = table?.match(/(?<=\| )[\d,]+( s| MiB)?(?= \|)/g);
  const mebibytes = (bytes: number): string => `${bytes / 2 ** 20} MiB`;
  assert.deepEqual(figures, [
    `${limits.MOST_MILLISECONDS / 1000} s`,
    `${limits.MOST_WAITING_MILLISECONDS / 1000} s`,
    mebibytes(limits.MOST_MEMORY_BYTES),
    `${limits.MOST_HEAP_MIB} MiB`,
    mebibytes(limits.MOST_HDF5_BYTES),
    limits.MOST_WEIGHTS.toLocaleString("en"),
    mebibytes(limits.MOST_FILE_BYTES),
    mebibytes(limits.MOST_JSON_BYTES),
    limits.MOST_JSON_VALUES.toLocaleString("en"),
    String(limits.MOST_SHARDS),
    limits.MOST_MEMBERS.toLocaleString("en"),
  ]);
});
