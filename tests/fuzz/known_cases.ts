/** Cases that did harm once, or would: small files and recipes of large ones. Each must be refused with a sentence, soon and in little memory. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, deflateRawSync } from "node:zlib";
import { unzipSync, zipSync } from "fflate";
import { emitNormalization } from "../../ts-tools/emit/normalization.js";
import { SMALL_NORMALIZED } from "../firmware/small_model.js";
import { fixtureBytes } from "../import/model_fixtures.js";
import { type BlobParts, blobOf } from "../support/adaptation.js";
import { type Member, zipBytes } from "./zip_bytes.js";

export interface KnownCase {
  target: string;
  name: string;
  /** "end": whether it is a model does not matter. */
  expected: "refusal" | "end";
  /** Writes the files. */
  make(folder: string): void;
}

const WEIGHTS = "model.weights.h5";
const SHARD = "group1-shard1of1.bin";
const MEBIBYTE = 2 ** 20;

/** Bytes of a fixture that are given another value: from where, how many, which. */
function withBytes(
  target: string,
  name: string,
  fixture: string,
  changes: readonly (readonly [at: number, count: number, byte: number])[],
): KnownCase {
  return {
    target,
    name,
    expected: "end",
    make: (folder) => {
      const bytes = fixtureBytes(fixture);
      for (const [at, count, byte] of changes) bytes.fill(byte, at, at + count);
      writeFileSync(join(folder, "model.h5"), bytes);
    },
  };
}

/** The same for the weights in an archive. */
const archiveThatNeverEnds: KnownCase = {
  target: "keras3-keras",
  name: "byte 3000 of the weights is 0",
  expected: "end",
  make: (folder) => {
    const members = unzipSync(fixtureBytes("plain_conv.keras3.keras"));
    members[WEIGHTS]![3000] = 0;
    writeFileSync(join(folder, "model.keras"), zipSync(members, { level: 0 }));
  },
};

type WeightsManifest = { weightsManifest: { paths: string[] }[] };

function tfjsPaths(name: string, paths: (folder: string) => string[]): KnownCase {
  return {
    target: "tfjs-graph",
    name,
    expected: "refusal",
    make: (folder) => {
      const model = JSON.parse(fixtureBytes("tiny.tfjs-graph/model.json").toString()) as WeightsManifest;
      writeFileSync(join(folder, SHARD), fixtureBytes(`tiny.tfjs-graph/${SHARD}`));
      model.weightsManifest[0]!.paths = paths(folder);
      writeFileSync(join(folder, "model.json"), JSON.stringify(model));
    },
  };
}

const UP = "../".repeat(30);

const TFJS: readonly KnownCase[] = [
  tfjsPaths("weights in a folder above", () => ["../../.."]),
  tfjsPaths("weights from an endless device", () => ["/dev/zero"]),
  tfjsPaths("weights from an endless device, by way of the root", () => [`${UP}dev/zero`]),
  tfjsPaths("one shard 20,000 times", () => Array.from({ length: 20_000 }, () => SHARD)),
  tfjsPaths("weights from a pipe that nobody writes to", (folder) => {
    execFileSync("mkfifo", [join(folder, "pipe.bin")]);
    return ["pipe.bin"];
  }),
];

/** A deflate stream of a given number of mebibytes of zeros: one of them, flushed so that it can be repeated, then the end. */
function zeros(mebibytes: number): Uint8Array {
  const one = deflateRawSync(new Uint8Array(MEBIBYTE), { finishFlush: constants.Z_FULL_FLUSH, level: 9 });
  return Buffer.concat([...Array.from({ length: mebibytes }, () => one), Uint8Array.of(3, 0)]);
}

function archive(name: string, members: () => Member[]): KnownCase {
  return {
    target: "keras3-keras",
    name,
    expected: "refusal",
    make: (folder) => writeFileSync(join(folder, "model.keras"), zipBytes(members())),
  };
}

const bomb = (name: string, mebibytes: number, claimed = mebibytes, times = 1): Member => ({
  name,
  deflated: zeros(mebibytes),
  size: claimed * MEBIBYTE,
  times,
});

const ARCHIVES: readonly KnownCase[] = [
  archive("weights of 1.1 GB", () => [bomb("config.json", 1), bomb(WEIGHTS, 1100)]),
  archive("weights of 1.1 GB that claim 1 MB", () => [bomb("config.json", 1), bomb(WEIGHTS, 1100, 1)]),
  archive("three files of 2.9 GB", () => [bomb("config.json", 980), bomb("metadata.json", 980), bomb(WEIGHTS, 980)]),
  archive("a hundred directory entries for one place", () => [bomb("config.json", 1), bomb(WEIGHTS, 64, 64, 100)]),
];

function sidecar(name: string, fields: object): KnownCase {
  return {
    target: "sidecar",
    name,
    expected: "refusal",
    make: (folder) => writeFileSync(join(folder, "light-sernet.json"), JSON.stringify(fields)),
  };
}

const SIDECARS: readonly KnownCase[] = [
  sidecar("frames of 2^27 samples", { frontEnd: { frameSamples: 2 ** 27 } }),
  sidecar("frames of 2^30 samples", { frontEnd: { frameSamples: 2 ** 30 } }),
  sidecar("a front end that is a text", { frontEnd: "x" }),
  sidecar("a front end that is a list", { frontEnd: [] }),
  sidecar("a front end that is null", { frontEnd: null }),
  sidecar("a front end that is a number as text", { frontEnd: "2048" }),
  sidecar("a size that is a number as text", { frontEnd: { frameSamples: "2048" } }),
  sidecar("a clip that is not a float32", { frontEnd: { clip: 1e308 } }),
];

const NAMES: readonly KnownCase[] = [
  sidecar("mel bands that are an object", { frontEnd: { melBands: {} } }),
  sidecar("a name that clears the terminal", { id: "a", classes: ["\u001b[2J", "\u001b[2J"] }),
  sidecar("a size that is a zero byte", { frontEnd: { melBands: "\u0000" } }),
  {
    target: "budget",
    name: "a ceiling with a zero byte in its name",
    expected: "refusal",
    make: (folder) => writeFileSync(join(folder, "budget.json"), JSON.stringify({ "a\u0000b": 1 })),
  },
];

/** Texts that JSON.stringify, or a recursive function, gives up on. */
function nested(target: string, file: string, text: (value: string) => string): KnownCase {
  return {
    target,
    name: "a value nested 100,000 times",
    expected: "refusal",
    make: (folder) => writeFileSync(join(folder, file), text("[".repeat(100_000) + "]".repeat(100_000))),
  };
}

const DOCUMENTS: readonly KnownCase[] = [
  nested("manifest", "model.json", (value) => `{"format":"light-sernet","formatVersion":1,"source":{},"classes":${value}}`),
  nested("sidecar", "light-sernet.json", (value) => `{"classes":${value}}`),
  nested("sidecar", "light-sernet.json", (value) => `{"frontEnd":{"melBands":${value}}}`),
];

/** Statistics of a speaker with the right checksum, which the front end of the fuzzer could have made. */
function statistics(name: string, expected: KnownCase["expected"], changes: Partial<BlobParts>): KnownCase {
  const { frontEnd } = SMALL_NORMALIZED;
  const hash = Number(/FRONT_END_HASH: i32 = (-?\d+)/.exec(emitNormalization(frontEnd))![1]);
  const parts = { frontEnd: hash, frames: 6, weight: 6, mean: new Float32Array(frontEnd.coefficients), ...changes };
  return { target: "adaptation", name, expected, make: (folder) => writeFileSync(join(folder, "speaker.lsa"), blobOf(parts)) };
}

const means = (value: number): Float32Array => new Float32Array(SMALL_NORMALIZED.frontEnd.coefficients).fill(value);

const STATISTICS: readonly KnownCase[] = [
  statistics("a weight that the next frame makes 0", "refusal", { weight: -1 / (1 - 1 / 512) }),
  statistics("a mean that is not a number", "refusal", { mean: means(Number.NaN) }),
  statistics("an infinite mean", "refusal", { mean: means(-Infinity) }),
  statistics("a count below 0", "refusal", { frames: -1 }),
  statistics("the largest numbers that there may be", "end", { frames: 2 ** 31 - 1, weight: 1e7, mean: means(-1e7) }),
  statistics("a mean of frames that were not there", "end", { frames: 0, weight: 0, mean: means(1e7) }),
];

export const KNOWN_CASES: readonly KnownCase[] = [
  archiveThatNeverEnds,
  withBytes("keras2-h5", "53 kB of zeros", "tiny.keras2.h5.gz", [[25_374, 53_226, 0]]),
  withBytes("keras3-h5", "a message of a data type and a size are 0", "tiny.keras3.h5.gz", [
    [31_928, 1, 0],
    [31_936, 1, 0],
    [116_648, 1, 0],
  ]),
  ...TFJS,
  ...ARCHIVES,
  ...SIDECARS,
  ...NAMES,
  ...DOCUMENTS,
  ...STATISTICS,
];

export function makeKnown(known: KnownCase, folder: string): void {
  mkdirSync(folder, { recursive: true });
  known.make(folder);
}
