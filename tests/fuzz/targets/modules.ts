/** Damaged modules in a model's folder: a recognizer that answers something, or the package's own error. A module may run forever. */
import { manifestText } from "../../../ts-tools/model/manifest.js";
import { createRecognizer, RecognizerError } from "../../../ts-tools/runtime/index.js";
import { manifestOf, SMALL } from "../../firmware/small_model.js";
import { buildPlan, nameModel } from "../../module/built_model.js";
import { voice } from "../../support/sounds.js";
import { damage, type Range } from "../bytes.js";
import { checkSentence } from "../sentence.js";
import { type Case, type Outcome, type Target, writeCase } from "../target.js";

const MODULE = "light-sernet.wasm";

const built = await buildPlan(SMALL);
const { sha256 } = nameModel(built.name, built.model, built.frontEnd, built.acceptThreshold);
const manifest = Buffer.from(manifestText({ ...manifestOf(built), sha256 }));
const structure = sections(built.embedded);

/** A generator knows what sections are: their heads, and the short ones whole. */
function sections(bytes: Uint8Array): Range[] {
  const ranges: Range[] = [[0, 8]];
  for (let at = 8; at < bytes.length; ) {
    let size = 0;
    let end = at + 1;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[end++]!;
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    ranges.push([at, end], [end, Math.min(end + 400, end + size)], [end, end + size]);
    at = end + size;
  }
  return ranges;
}

async function trial(files: Case, folder: string): Promise<Outcome> {
  writeCase(files, folder);
  try {
    const recognizer = await createRecognizer({ model: folder, build: "scalar" });
    recognizer.classify(voice(3000), { sampleRate: 16000 });
    return { kind: "answer" };
  } catch (error) {
    if (!(error instanceof RecognizerError)) throw error;
    // The engine's own words are in brackets.
    checkSentence(error.message.replace(/ \(WebAssembly\..* @\+\d+\)/, ""), folder);
    return { kind: "refusal", sentence: error.message };
  }
}

export const MODULES: readonly Target[] = [
  {
    name: "wasm",
    generate: (random) =>
      new Map([
        ["model.json", manifest],
        [MODULE, damage(random, built.embedded, { structure })],
      ]),
    setUp: () => trial,
    seeds: () => [
      new Map<string, Uint8Array>([
        ["model.json", manifest],
        [MODULE, built.embedded],
      ]),
    ],
    hang: "allowed",
    milliseconds: 2000,
  },
];
