/** The page: regions lie apart, static data after them, and the module writes nowhere else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type MemoryMap, memoryMap, type Region } from "../../ts-tools/emit/memory_map.js";
import { type DataSegment, readDataSegments, readSections } from "../../ts-tools/link/sections.js";
import { Random } from "../support/random.js";
import { randomMfcc } from "../support/random_model.js";
import { square, voice } from "../support/sounds.js";
import { allBuilds, type BuiltModel, buildPlan } from "./built_model.js";
import { NETWORK_CASES, PATH_CASES } from "./cases.js";
import { Instance, ok, plainSound } from "./instance.js";
import { encode, randomSound } from "./random_sounds.js";

const PAGE = 65536;
const LARGEST_HOST_MEMORY = 4_000_000;
const PLANS = [...NETWORK_CASES, ...PATH_CASES.slice(0, 2)];

function end({ address, bytes }: Region): number {
  return address + bytes;
}

/** Those of the active segments, in the order of their addresses. */
function activeData(embedded: Uint8Array): Required<DataSegment>[] {
  const segments = readDataSegments(embedded, readSections(embedded));
  return segments.filter(({ passive }) => !passive).map((segment) => ({ ...segment, address: segment.address! }));
}

for (const plan of PLANS) {
  test(`${plan.name}: the regions lie apart, the static data after them, all in one page`, async (t) => {
    const built = await buildPlan(plan);
    const { end: regionsEnd } = built.map;
    checkRegions(built.map, 8);
    checkLineBuffers(built.map);
    const memoryNeeded = (await Instance.create(built.embedded)).exports.memoryNeeded();
    assert.ok(memoryNeeded <= PAGE, `${memoryNeeded} bytes`);
    const data = activeData(built.embedded);
    for (const { address, bytes } of data) assert.ok(address >= regionsEnd && address + bytes <= memoryNeeded, `data at ${address}`);
    t.diagnostic(`${regionsEnd} bytes of regions, ${memoryNeeded} in all`);
  });
}

for (const plan of PLANS) {
  test(`${plan.name}: the regions of the builds for hosts, and the static data after them`, async () => {
    const built = await buildPlan(plan);
    const map = memoryMap(built, "host");
    checkRegions(map, 16);
    for (const [build, bytes] of await allBuilds(built)) {
      if (build === "scalar") continue;
      const { exports } = await Instance.create(bytes);
      const memoryNeeded = exports.memoryNeeded();
      const memoryBytes = exports.memory.buffer.byteLength;
      assert.ok(memoryNeeded <= memoryBytes, `${memoryNeeded} bytes`);
      assert.ok(memoryBytes <= LARGEST_HOST_MEMORY, `${memoryBytes} bytes`);
      assert.throws(() => exports.memory.grow(1), RangeError);
      for (const data of activeData(bytes)) assert.ok(data.address >= map.end && data.address + data.bytes <= memoryNeeded, build);
    }
  });
}

/** Regions do not overlap, or begin together where they may. */
function checkRegions({ regions, end: regionsEnd }: MemoryMap, alignment: number): void {
  const sorted = [...regions].sort((a, b) => a.address - b.address || b.bytes - a.bytes);
  for (const [index, region] of sorted.entries()) {
    assert.ok(region.address > 0 && region.address % alignment === 0 && region.bytes > 0, region.name);
    assert.ok(end(region) <= regionsEnd, region.name);
    for (const other of sorted.slice(index + 1)) {
      const together = region.overlay !== undefined && region.overlay === other.overlay;
      if (together) assert.equal(other.address, region.address, `${region.name} and ${other.name} begin together`);
      else assert.ok(other.address >= end(region), `${other.name} begins inside ${region.name}`);
    }
  }
}

/** One after the other, inside their region. */
function checkLineBuffers(map: MemoryMap): void {
  const region = map.regions.find(({ name }) => name === "LINE_BUFFERS")!;
  let at = region.address;
  for (const [stage, buffer] of map.lineBuffers.entries()) {
    assert.ok(buffer.address >= at, `line buffer ${stage}`);
    at = buffer.address + buffer.rowBytes * buffer.ringRows;
  }
  assert.ok(at <= end(region));
}

test("the module writes into its regions only", async () => {
  for (const plan of PLANS.filter(({ name }) => name !== "full")) {
    const built = await buildPlan(plan);
    const instance = await Instance.create(built.embedded);
    const atFirst = instance.bytes().slice();
    assert.ok(atFirst.subarray(0, built.map.end).every((byte) => byte === 0));
    const isFree = freeBytes(built);
    for (const [name, use] of Object.entries(uses(built, instance))) {
      use();
      const now = instance.bytes();
      const written = now.findIndex((byte, address) => isFree[address] === 1 && byte !== atFirst[address]);
      assert.equal(written, -1, `${plan.name}: ${name} writes to ${written}, which belongs to no region`);
    }
  }
});

/** 1 for every byte of the page that is not in a region. */
function freeBytes({ map }: BuiltModel): Uint8Array {
  const free = new Uint8Array(PAGE).fill(1);
  for (const region of map.regions) free.fill(0, region.address, end(region));
  return free;
}

/** What fills the regions as far as they can be filled. */
function uses({ model, frontEnd }: BuiltModel, instance: Instance): Record<string, () => void> {
  const random = new Random(81);
  const window = frontEnd.windowSamples;
  const manyChannels = encode(
    random,
    Float64Array.from({ length: 128 * 50 }, () => random.between(-1, 1)),
    "f64",
  );
  return {
    "a network": () => void instance.network(randomMfcc(random, model.frames, model.coefficients, frontEnd.clip)),
    "a network at the clip": () => void instance.network(new Float32Array(model.frames * model.coefficients).fill(frontEnd.clip)),
    "a loud sound": () => void instance.classify(plainSound("square", square(window))),
    "a long sound": () => void instance.classify(plainSound("voice", voice(2 * window))),
    "random sounds": () => {
      for (let i = 0; i < 8; i++) instance.classify(randomSound(random, random.integer(0, 2 * Math.min(window, 5000))));
    },
    "a conversion that doubles the samples": () => void instance.convert({ ...plainSound("square", square(3000), 8000), format: "u8" }),
    "a conversion of 128 channels": () =>
      void instance.convert({ name: "noise", format: "f64", channels: 128, rate: 8000, bytes: manyChannels }),
    "features, many at once": () => void instance.features({ ...plainSound("square", square(6000), 8000), format: "u8" }, 32768000),
    "breaking off": () => {
      ok(instance.exports.start(1, window), "start");
      instance.push(new Uint8Array(100).fill(127));
      instance.exports.reset();
    },
  };
}
