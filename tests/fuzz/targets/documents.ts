/** The JSON and binary files around a model: a value comes of them, or one sentence, soon. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspectionText, readMemoryMap } from "../../../ts-tools/cli/inspect.js";
import { checkNamedModel } from "../../../ts-tools/emit/check_named_model.js";
import { FOLDS_FILE, readFolds } from "../../../ts-tools/evaluate/folds.js";
import { PlainFileError } from "../../../ts-tools/host/plain_file.js";
import { quantizeRules } from "../../../ts-tools/model/answer_rules.js";
import { frameCount, REFERENCE_FRONT_END } from "../../../ts-tools/model/front_end.js";
import { manifestText } from "../../../ts-tools/model/manifest.js";
import { ModelError } from "../../../ts-tools/model/model_error.js";
import type { FrontEnd } from "../../../ts-tools/model/model_types.js";
import { parseManifest } from "../../../ts-tools/model/parse_manifest.js";
import { voiceLayer } from "../../../ts-tools/model/voice.js";
import { readWeights, writeWeights } from "../../../ts-tools/model/weights_file.js";
import { readBudget } from "../../../ts-tools/pipeline/budget.js";
import { readSidecar } from "../../../ts-tools/pipeline/model_folder.js";
import { manifestOf, SMALL } from "../../firmware/small_model.js";
import { type BuiltModel, nameModel, planModel } from "../../module/built_model.js";
import { normalizationOf } from "../../support/normalization.js";
import { repositoryRoot } from "../../support/paths.js";
import type { Random } from "../../support/random.js";
import { damage, type Range, structureOf } from "../bytes.js";
import { damageJson } from "../json_text.js";
import { checkSentence } from "../sentence.js";
import { type Case, Finding, type Outcome, type Target, type Trial, writeCase } from "../target.js";

/** Whatever `read` throws must be a ModelError or a PlainFileError of one sentence. */
async function valueOrSentence(folder: string, read: () => unknown): Promise<Outcome> {
  try {
    await read();
    return { kind: "answer" };
  } catch (error) {
    if (!(error instanceof ModelError || error instanceof PlainFileError)) throw error;
    checkSentence(error.message, folder);
    return { kind: "refusal", sentence: error.message };
  }
}

/** A file of a case, or of what is already in the folder. */
const bytesOf = (files: Case, folder: string, name: string): Uint8Array => files.get(name) ?? readFileSync(join(folder, name));
const text = (files: Case, folder: string, name: string): string => Buffer.from(bytesOf(files, folder, name)).toString();

interface Named {
  manifest: string;
  weights: Uint8Array;
}

let made: Named | undefined;

/** A small model's manifest and weights. */
function smallModel(): Named {
  if (made) return made;
  const model = planModel({ ...SMALL, voice: true });
  const named = nameModel(SMALL.name, model, SMALL.frontEnd, SMALL.acceptThreshold);
  const built = { ...named, name: named.id, model } as unknown as BuiltModel;
  made = { manifest: manifestText(manifestOf(built)), weights: writeWeights(model) };
  return made;
}

const manifest: Target = {
  name: "manifest",
  generate: (random) => new Map([["model.json", damageJson(random, smallModel().manifest)]]),
  setUp: (): Trial => (files, folder) =>
    valueOrSentence(folder, () => {
      const { classes, network, frontEnd } = parseManifest(text(files, folder, "model.json"), join(folder, "model.json"));
      if (network.dense.classes !== classes.length || network.frames !== frameCount(frontEnd))
        throw new Finding("a manifest that contradicts itself");
    }),
};

const SIDECAR = "light-sernet.json";
const SIDECAR_TEXT = JSON.stringify({
  file: "model.json",
  id: "a model",
  license: "CC BY-NC-SA 4.0",
  classes: ["boredom", "neutral", "sadness", "fear", "anger", "disgust", "happiness"],
  activationScales: { bodyOne: 0.5, bodyTwo: [0.25, 0.5, 1, 2], features: 0.001 },
  acceptThreshold: 0.5,
  frontEnd: REFERENCE_FRONT_END,
  normalization: normalizationOf(REFERENCE_FRONT_END.coefficients),
  leastSpeechFrames: 12,
  speakerAnswers: { share: 0.5, weight: 4, horizon: 64, leastSpeech: 32 },
  dimensions: {
    activation: { weights: [0.5, 0.25, -1, 2, 1, 0, 0.125], bias: -0.5 },
    valence: { weights: [0, 0, 0, 0, 0, 0, 1], bias: 1 },
  },
  voice: { weights: [0.5, -1, 0, 2, 0.25, 1, -3, 1, 0, 0.5, 1, -2], bias: 0.125 },
});

const sidecar: Target = {
  name: "sidecar",
  generate: (random) => new Map([[SIDECAR, damageJson(random, SIDECAR_TEXT)]]),
  setUp: (): Trial => {
    const model = planModel({ ...SMALL, frontEnd: REFERENCE_FRONT_END });
    const { classes } = nameModel(SMALL.name, model, REFERENCE_FRONT_END);
    return (files, folder) => {
      writeCase(files, folder);
      return valueOrSentence(folder, async () => {
        const { frontEnd, normalization, voice, ...rules } = await readSidecar(join(folder, "model.json"));
        // What a build does with it next.
        if (voice && !voiceLayer(voice).weights.every(Number.isFinite)) throw new Finding("a voice head of numbers that are not finite");
        const wanted: FrontEnd = { ...REFERENCE_FRONT_END, ...frontEnd, ...(normalization && { normalization }) };
        checkNamedModel({
          id: "a model",
          sha256: "0".repeat(64),
          classes,
          acceptThreshold: 0,
          rules: quantizeRules(rules),
          frontEnd: wanted,
          model,
        });
      });
    };
  },
};

/** A case is one JSON file, damaged. `read` reads it from the folder, and throws a Finding for what must not come of it. */
function jsonFile(name: string, file: string, good: string, read: (folder: string) => Promise<void>): Target {
  return {
    name,
    generate: (random) => new Map([[file, damageJson(random, good)]]),
    setUp: (): Trial => (files, folder) => {
      writeCase(files, folder);
      return valueOrSentence(folder, () => read(folder));
    },
  };
}

const BUDGET_TEXT = readFileSync(join(repositoryRoot, "budget.json"), "utf8");

const budget = jsonFile("budget", "budget.json", BUDGET_TEXT, async (folder) => {
  const ceilings = await readBudget(join(folder, "budget.json"), folder);
  if (!Object.values(ceilings).every((value) => typeof value === "number")) throw new Finding("a ceiling that is not a number");
});

const FOLDS_TEXT = JSON.stringify({
  protocol: "loso",
  folds: ["03", "08", "09"].map((name) => ({ name, model: `${name}/int8`, test: [`${name}a01Fa`, `anger/${name}a01Nc`] })),
});

const folds = jsonFile("folds", FOLDS_FILE, FOLDS_TEXT, async (folder) => {
  const read = await readFolds(folder);
  if (read === undefined) throw new Finding("a file that is there and is not seen");
  if (new Set(read.folds.map(({ name }) => name)).size !== read.folds.length) throw new Finding("two folds of one name");
  if (!read.folds.every(({ test }) => test.length > 0 && new Set(test).size === test.length))
    throw new Finding("a fold that tests nothing, or twice");
});

const MAP = "memory_map.json";
const MAP_TEXT = JSON.stringify({
  bytes: 65536,
  regions: [
    { name: "STATE", address: 1024, bytes: 512, what: "of the sound so far" },
    { name: "FRAME", address: 1536, bytes: 2048, what: "one frame" },
    { name: "LINE_BUFFERS", address: 1536, bytes: 40000, what: "rows of the layers" },
  ],
});

const memoryMap = jsonFile("memory-map", MAP, MAP_TEXT, async (folder) => {
  const map = await readMemoryMap(join(folder, MAP));
  if (map === undefined) throw new Finding("a file that is there and is not seen");
  const [first, ...lines] = inspectionText({ memoryMap: map, files: [] }).split("\n");
  if (!/^Memory: [\d,]+ of [\d,]+ bytes are used \([\d.]+ %\)$/.test(first!)) throw new Finding(`this line has no figures: ${first}`);
  if (lines.length !== map.regions.length + 1) throw new Finding("a region that makes other lines than its own");
});

let structure: Range[] | undefined;

const weights: Target = {
  name: "weights",
  generate: (random: Random) => {
    const { manifest: good, weights: bytes } = smallModel();
    structure ??= [[0, 16], ...structureOf(bytes)];
    // A matching hash lets damage through that a wrong hash would have revealed.
    const inManifest = random.unit() < 0.5;
    return new Map([
      ["model.json", inManifest ? damageJson(random, good) : Buffer.from(good)],
      ["weights.bin", inManifest && random.unit() < 0.7 ? bytes : damage(random, bytes, { structure })],
    ]);
  },
  setUp: (): Trial => async (files, folder) => {
    const { createHash } = await import("node:crypto");
    const bytes = bytesOf(files, folder, "weights.bin");
    return valueOrSentence(folder, () => {
      const described = parseManifest(text(files, folder, "model.json"), join(folder, "model.json"));
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      readWeights(bytes, { ...described, sha256 }, join(folder, "weights.bin"));
      readWeights(bytes, described, join(folder, "weights.bin"));
    });
  },
};

export const DOCUMENTS: readonly Target[] = [manifest, sidecar, budget, folds, memoryMap, weights];
