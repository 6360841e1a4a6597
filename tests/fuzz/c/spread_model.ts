/**
 * A small model that normalizes as C, with gaps: between any two regions of the page, and after each constant table, is a gap that
 * the sanitizers are told not to let anybody touch. The sources are the product's own; only addresses differ.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { emit } from "../../../ts-tools/emit/emit.js";
import { emitMemoryMap, type MemoryMap } from "../../../ts-tools/emit/memory_map.js";
import { compile } from "../../../ts-tools/link/compile.js";
import { link } from "../../../ts-tools/link/link.js";
import { writeModel } from "../../firmware/c_build.js";
import { manifestOf, SMALL_NORMALIZED as PLAN } from "../../firmware/small_model.js";
import { nameModel, planModel } from "../../module/built_model.js";
import type { Range } from "../bytes.js";

const GAP_BYTES = 64;
/** What a table is followed by; fuzz_api.c looks for it. */
const PAD_BYTE = 0xa5;
const PAD_BYTES = 64;

const up = (value: number): number => Math.ceil(value / 16) * 16;

interface Spread {
  map: MemoryMap;
  /** What nobody may touch. */
  gaps: Range[];
}

/** The same regions in the same order, with gaps; line buffers, which are one region, too. */
function spread(map: MemoryMap): Spread {
  const gaps: Range[] = [[0, map.regions[0]!.address]];
  let end = map.regions[0]!.address;
  const place = (bytes: number): number => {
    const address = end;
    end = up(address + bytes) + GAP_BYTES;
    gaps.push([address + bytes, end]);
    return address;
  };
  const moved: MemoryMap = { plan: map.plan, regions: [], end: 0, lineBuffers: [] };
  const overlays = new Map<string, number>();
  for (const region of map.regions) {
    if (region.overlay === "LINE_BUFFERS") continue;
    const shared = region.overlay === undefined ? [] : map.regions.filter(({ overlay }) => overlay === region.overlay);
    const address = overlays.get(region.overlay ?? "") ?? place(Math.max(region.bytes, ...shared.map(({ bytes }) => bytes)));
    if (region.overlay !== undefined) overlays.set(region.overlay, address);
    moved.regions.push({ ...region, address });
  }
  // Histogram and output lie where the line buffers are, and are larger than the first of them: the gaps would be in their way.
  for (const region of map.regions.filter(({ overlay, name }) => overlay === "LINE_BUFFERS" && name !== "LINE_BUFFERS"))
    moved.regions.push({ ...region, address: place(region.bytes) });
  const start = end;
  for (const buffer of map.lineBuffers) moved.lineBuffers.push({ ...buffer, address: place(buffer.rowBytes * buffer.ringRows) });
  moved.regions.push({ ...map.regions.find(({ name }) => name === "LINE_BUFFERS")!, address: start, bytes: end - start });
  moved.end = end;
  return { map: moved, gaps };
}

const PADS = {
  u8: PAD_BYTE,
  i8: PAD_BYTE - 0x100,
  i16: 0xa5a5 - 0x10000,
  i32: 0xa5a5a5a5 | 0,
  f32: new Float32Array(Int32Array.of(0xa5a5a5a5 | 0).buffer)[0]!,
};
const SIZES = { u8: 1, i8: 1, i16: 2, i32: 4, f32: 4 };

/** Puts a pad after each table of a generated file. */
function padTables(text: string): string {
  return text.replace(/memory\.data<(u8|i8|i16|i32|f32)>\(\[([\s\S]*?)\]\)/g, (_, type: keyof typeof PADS, values: string) => {
    const pad = Array.from({ length: PAD_BYTES / SIZES[type] }, () => PADS[type]).join(", ");
    return `memory.data<${type}>([${values}  ${pad},\n])`;
  });
}

/** Puts other addresses into the table of line buffers. */
function moveLineBuffers(text: string, before: MemoryMap, after: MemoryMap): string {
  return before.lineBuffers
    .reduce((moved, { address }, index) => moved.replace(`\n  ${address}, `, `\n  @${after.lineBuffers[index]!.address}, `), text)
    .replaceAll("\n  @", "\n  ");
}

/** Writes the model as C into a folder, with fuzz_memory.h, which names the gaps. Returns the folder of the sources. */
export async function writeSpreadModel(folder: string): Promise<string> {
  const model = planModel(PLAN);
  const named = nameModel(PLAN.name, model, PLAN.frontEnd, PLAN.acceptThreshold);
  const { files, map, weights } = emit(named);
  const moved = spread(map);
  const changed = new Map([...files].map(([name, text]) => [name, padTables(text)]));
  changed.set("memory_map.ts", emitMemoryMap(moved.map));
  changed.set("line_buffers.ts", padTables(moveLineBuffers(files.get("line_buffers.ts")!, map, moved.map)));
  const binary = await compile("embedded", changed, moved.map.end);
  const embedded = link({ binary, weights, pages: { initial: 1, maximum: 1 } });
  const manifest = manifestOf({ ...named, name: named.id, map: moved.map, embedded });
  await writeModel(folder, embedded, manifest);
  const address = (name: string): number => moved.map.regions.find((region) => region.name === name)!.address;
  const bytes = (name: string): number => moved.map.regions.find((region) => region.name === name)!.bytes;
  writeFileSync(
    join(folder, "src", "fuzz_memory.h"),
    [
      "/* Written by tests/fuzz/c/spread_model.ts: [begin, end) of what nobody may touch in the page. */",
      `static const uint32_t gaps[][2] = {${moved.gaps.map(([begin, end]) => `{${begin}, ${end}}`).join(", ")}};`,
      "/* Offsets of the line buffers in their region, and their bytes. */",
      `static const uint32_t line_buffers[][2] = {${moved.map.lineBuffers
        .map((buffer) => `{${buffer.address - address("LINE_BUFFERS")}, ${buffer.rowBytes * buffer.ringRows}}`)
        .join(", ")}};`,
      `#define LINE_BUFFERS_BYTES ${bytes("LINE_BUFFERS")}`,
      `#define TABLES_BEGIN ${moved.map.end}`,
      `#define PAD_BYTE ${PAD_BYTE}`,
      `#define PAD_BYTES ${PAD_BYTES}`,
      `#define INPUT_END ${address("INPUT") + bytes("INPUT")}`,
      `#define OUTPUT_BYTES ${bytes("OUTPUT")}`,
      `#define FRAME_SAMPLES ${PLAN.frontEnd.frameSamples}`,
      `#define MEL_BANDS ${PLAN.frontEnd.melBands}`,
      `#define COEFFICIENTS ${PLAN.frontEnd.coefficients}`,
      "",
    ].join("\n"),
  );
  return join(folder, "src");
}
