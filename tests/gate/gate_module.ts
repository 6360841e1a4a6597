/** The gate alone as a module, for tests: assembly/gate with the generated files of a model, and functions that the whole module does not export. */
import { readFileSync } from "node:fs";
import path from "node:path";
import * as asc from "assemblyscript/asc";
import { emit, type Generated } from "../../ts-tools/emit/emit.js";
import type { NamedModel } from "../../ts-tools/model/named_model.js";
import { repositoryRoot } from "../support/paths.js";

interface GateExports {
  startGate(): void;
  gateFrame(): number;
  gateScore(): number;
  melAddress(): number;
  valuesAddress(): number;
  bandFeatures(): void;
  startBands(): void;
}

const ENTRY = "assembly/gate_alone.ts";
const SOURCE = `
import { MEL } from "./generated/memory_map";
import { GATE_VALUES } from "./gate/bands";
export { bandFeatures, startBands } from "./gate/bands";
export { startGate, gateFrame, gateScore } from "./gate/gate";
export function melAddress(): usize { return MEL; }
export function valuesAddress(): usize { return GATE_VALUES; }
`;
const GENERATED = "assembly/generated/";

export interface GateModule {
  exports: GateExports;
  memory: WebAssembly.Memory;
  generated: Generated;
}

export async function compileGate(named: NamedModel, build: "scalar" | "simd"): Promise<GateModule> {
  const generated = emit(named);
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main(
    [
      ENTRY,
      "--config",
      "asconfig.json",
      "--target",
      "embedded",
      "--memoryBase",
      String(generated.map.end),
      "--outFile",
      "gate.wasm",
      "--importMemory",
      ...(build === "simd" ? ["--enable", "simd"] : []),
    ],
    {
      readFile: (name: string) => {
        const relative = path.relative(repositoryRoot, path.resolve(repositoryRoot, name)).replaceAll("\\", "/");
        if (relative === ENTRY) return SOURCE;
        if (relative.startsWith(GENERATED)) return generated.files.get(relative.slice(GENERATED.length)) ?? null;
        try {
          return readFileSync(path.join(repositoryRoot, relative), "utf8");
        } catch {
          return null;
        }
      },
      writeFile: (_name: string, contents: string | Uint8Array) => {
        if (typeof contents !== "string") binary = new Uint8Array(contents);
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`the gate does not compile: ${stderr.toString()}`);
  const memory = new WebAssembly.Memory({ initial: 16 });
  const loadWeights = (target: number, offset: number, bytes: number): void =>
    new Uint8Array(memory.buffer).set(generated.weights.subarray(offset, offset + bytes), target);
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory }, weights: { loadWeights } });
  return { exports: instance.exports as unknown as GateExports, memory, generated };
}
