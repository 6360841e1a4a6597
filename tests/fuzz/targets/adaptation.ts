/**
 * A speaker's statistics, damaged and forged, at every place that takes some: the module, the API, a file of `--adaptation`, the WASI command. All of them say the same.
 * What is refused changes nothing; what is taken comes back as it was, leads to an answer, and what grows from it can be loaded again.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AdaptationExports } from "../../../ts-tools/abi/exports.js";
import { ADAPTATION_STATUS } from "../../../ts-tools/abi/status.js";
import type { FileClassifier } from "../../../ts-tools/cli/file_classifier.js";
import { openSpeakerFile } from "../../../ts-tools/cli/speaker_file.js";
import { createRecognizer, type Recognizer } from "../../../ts-tools/runtime/index.js";
import { SMALL_NORMALIZED } from "../../firmware/small_model.js";
import { buildCommand, buildPlan } from "../../module/built_model.js";
import { Instance } from "../../module/instance.js";
import { withChecksum } from "../../support/adaptation.js";
import type { Random } from "../../support/random.js";
import { voice } from "../../support/sounds.js";
import { damage, pick } from "../bytes.js";
import { checkSentence } from "../sentence.js";
import { type Case, Finding, type Outcome, type Target, type Trial, writeCase } from "../target.js";
import { runWasiCommand } from "../wasi_in_node.js";

const FILE = "speaker.lsa";
const HZ = { sampleRate: 16000 };
const SOUND = voice(2400, 16000, 3);
/** Where the checksum ends, and where the floats begin. */
const CHECKED = 8;
const FLOATS = 16;
const { ADAPTATION_DAMAGED: DAMAGED, ADAPTATION_OF_OTHER_MODEL: OTHER } = ADAPTATION_STATUS;

const built = await buildPlan(SMALL_NORMALIZED, "command");

/** The statistics of nobody, of a word, and of somebody who talks. */
async function goodStatistics(): Promise<Uint8Array[]> {
  const recognizer = await createRecognizer({ module: built.embedded });
  return [0, 2400, 60_000].map((samples, seed) => {
    if (samples > 0) recognizer.classify(voice(samples, 16000, seed), HZ);
    return recognizer.adaptation!;
  });
}

const good = await goodStatistics();

const EDGES = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -1, 1e-45, -1e-45, 1e7, -1e7, 1.0000001e7, 3e38, -1.0019569];
const INTEGER_EDGES = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)];

/** Numbers at which something begins or ends. */
function forge(random: Random, bytes: Uint8Array): Uint8Array {
  const forged = bytes.slice();
  const view = new DataView(forged.buffer);
  do {
    const at = CHECKED + 4 * random.integer(0, (forged.length - CHECKED) / 4 - 1);
    if (at >= FLOATS && random.unit() < 0.8) view.setFloat32(at, pick(random, EDGES), true);
    else view.setInt32(at, pick(random, INTEGER_EDGES), true);
  } while (random.unit() < 0.3);
  return forged;
}

function generate(random: Random): Case {
  const seed = pick(random, good);
  const changed = random.unit() < 0.4 ? forge(random, seed) : damage(random, seed, { other: pick(random, good) });
  return new Map([[FILE, changed.length >= CHECKED && random.unit() < 0.7 ? withChecksum(changed) : changed]]);
}

/** The sentence, or undefined if the statistics are taken. */
type Entry = (bytes: Uint8Array, folder: string) => Promise<string | undefined>;

const sentenceOf = (code: number): string | undefined => Object.values(ADAPTATION_STATUS).find((status) => status.code === code)?.sentence;

async function moduleEntry(): Promise<Entry> {
  const instance = await Instance.create(built.embedded);
  const adaptation = instance.exports as unknown as AdaptationExports;
  const saved = (): string => {
    const at = instance.exports.inputAddress();
    return Buffer.from(instance.bytes().slice(at, at + adaptation.adaptationSave())).toString("hex");
  };
  return async (bytes) => {
    adaptation.adaptationReset();
    const before = saved();
    const fitting = bytes.subarray(0, instance.exports.inputCapacity());
    instance.bytes().set(fitting, instance.exports.inputAddress());
    // The module is told a length that it cannot have, too.
    const status = adaptation.adaptationLoad(bytes.length);
    const expected = status === 0 ? Buffer.from(bytes).toString("hex") : before;
    if (saved() !== expected) throw new Finding(`the module has other statistics after status ${status}`);
    if (status !== 0 && sentenceOf(status) === undefined) throw new Finding(`status ${status}`);
    return status === 0 ? undefined : sentenceOf(status);
  };
}

function answerOf(recognizer: Recognizer): string {
  const { probabilities, logits } = recognizer.classify(SOUND, HZ);
  const values = Object.values(probabilities);
  const sum = values.reduce((total, value) => total + value, 0);
  if (!values.every((value) => value >= 0 && value <= 1) || Math.abs(sum - 1) > 1e-3)
    throw new Finding(`probabilities ${values.join(", ")}`);
  return JSON.stringify([probabilities, logits]);
}

/** Loads them as `load` does, and sees what becomes of the recognizer. */
async function observed(
  recognizer: Recognizer,
  bytes: Uint8Array,
  stranger: string,
  load: () => void | Promise<void>,
): Promise<string | undefined> {
  recognizer.adaptation = undefined;
  const before = recognizer.adaptation!;
  try {
    await load();
  } catch (error) {
    if (Buffer.compare(recognizer.adaptation!, before) !== 0) throw new Finding("refused statistics change those that there are");
    if (answerOf(recognizer) !== stranger) throw new Finding("refused statistics change an answer");
    return (error as Error).message;
  }
  if (Buffer.compare(recognizer.adaptation!, bytes) !== 0) throw new Finding("other statistics than were loaded");
  const answer = answerOf(recognizer);
  if (answerOf(recognizer) !== answer) throw new Finding("another answer to the same sound after the same load");
  recognizer.adaptation = recognizer.adaptation!.slice();
  answerOf(recognizer);
  recognizer.adaptation = undefined;
  if (answerOf(recognizer) !== stranger) throw new Finding("a speaker who was forgotten changes an answer");
  return undefined;
}

async function setUp(): Promise<Trial> {
  const recognizer = await createRecognizer({ module: built.embedded });
  const stranger = answerOf(recognizer);
  const classifier: Pick<FileClassifier, "speaker"> = {
    speaker: {
      load: (statistics) => {
        recognizer.adaptation = statistics;
      },
      save: () => recognizer.adaptation,
    },
  };
  const command = await WebAssembly.compile(await buildCommand(built));
  const inModule = await moduleEntry();
  const inApi: Entry = (bytes) =>
    observed(recognizer, bytes, stranger, () => {
      recognizer.adaptation = bytes;
    });
  const inFile: Entry = async (bytes, folder) => {
    const file = join(folder, FILE);
    const options = { file, readOnly: true, model: "the model" };
    const said = await observed(recognizer, bytes, stranger, async () => {
      await openSpeakerFile(classifier as FileClassifier, options);
    });
    if (said !== undefined && !said.startsWith(`${file}: `)) throw new Finding(`a sentence without the file's name: ${said}`);
    return said?.slice(file.length + 2);
  };
  const inCommand =
    (option: string): Entry =>
    async (bytes) => {
      const { code, output, errors } = await runWasiCommand(command, [option, Buffer.from(bytes).toString("hex")]);
      if (code !== 1 || output !== "") throw new Finding(`the WASI command ends with ${code}: ${output}${errors}`);
      // It is given no sound, and says so only after it has taken the statistics.
      return [DAMAGED, OTHER].map(({ sentence }) => sentence).find((sentence) => errors === `light-sernet: ${sentence}\n`);
    };
  const entries: Readonly<Record<string, Entry>> = {
    "the API": inApi,
    "a file": inFile,
    "--adaptation of the WASI command": inCommand("--adaptation"),
    "--gathered of the WASI command": inCommand("--gathered"),
  };

  return async (files, folder): Promise<Outcome> => {
    writeCase(files, folder);
    const bytes = files.get(FILE) ?? Uint8Array.from(readFileSync(join(folder, FILE)));
    const said = await inModule(bytes, folder);
    for (const [name, entry] of Object.entries(entries)) {
      const other = await entry(bytes, folder);
      if (other !== said) throw new Finding(`the module says ${said ?? "yes"}, ${name} ${other ?? "yes"}`);
    }
    if (said === undefined) return { kind: "answer" };
    checkSentence(said, folder);
    return { kind: "refusal", sentence: said };
  };
}

export const ADAPTATIONS: readonly Target[] = [
  { name: "adaptation", generate, setUp, seeds: () => good.map((bytes) => new Map([[FILE, bytes]])) },
];
