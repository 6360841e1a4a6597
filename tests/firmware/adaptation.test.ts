/** A speaker's statistics, activation, valence and voice in C: on this machine and on Cortex-M cores in QEMU, byte by byte what the same module says in Node. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { AdaptationExports, AnswerExports } from "../../ts-tools/abi/exports.js";
import { ADAPTATION_STATUS } from "../../ts-tools/abi/status.js";
import { PATH_CASES } from "../module/cases.js";
import { Instance, plainSound } from "../module/instance.js";
import { runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { type CModel, compileC, SANITIZE, skipCompiler, skipSanitizer, source, WARNINGS, writeRandomModel } from "./c_build.js";
import { NO_SOUND, NO_STATE } from "./c_script.js";
import { make, skipHost } from "./cortex_m_make.js";

/** A model that has all that a model may have. */
const PLAN = PATH_CASES.find(({ rules }) => rules)!;
/** One that normalizes, and no more. */
const NORMALIZING = PATH_CASES.find(({ frontEnd }) => frontEnd.normalization)!;
const DAMAGED = ADAPTATION_STATUS.ADAPTATION_DAMAGED.code;

let work: string;
let model: CModel;
let expected: string;

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-adaptation-"));
  model = await writeRandomModel(join(work, "normalized", "source"), PLAN);
  expected = await whatNodeSays();
});
after(() => rmSync(work, { recursive: true }));

/** The sound of adaptation_check.c. */
function sound(seed: number): Int16Array {
  let last = 0;
  return Int16Array.from({ length: 6000 }, (_, i) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const loud = 100 + (Math.floor(i / 500) % 4) * 3000;
    last = Math.trunc((3 * last + Math.trunc((((seed >>> 16) - 32768) * loud) / 32768)) / 4);
    return last;
  });
}

function bitsOf(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0]!;
}

/** The lines that adaptation_check.c must print. */
async function whatNodeSays(): Promise<string> {
  const instance = await Instance.create(model.embedded);
  const adaptation = instance.exports as unknown as AdaptationExports;
  const answers = instance.exports as unknown as Required<AnswerExports>;
  const classify = (name: string, seed: number): string => {
    const { logits, probabilities, accepted } = instance.classify(plainSound(name, sound(seed)));
    const judged = [accepted ? "accepted" : "uncertain", answers.speechFrames()];
    return [
      name,
      0,
      ...logits,
      ...[probabilities[0]!, answers.activation(), answers.valence(), answers.voice()].map(bitsOf),
      ...judged,
    ].join(" ");
  };
  const save = (): Uint8Array => {
    const bytes = adaptation.adaptationSave();
    const at = instance.exports.inputAddress();
    return instance.bytes().slice(at, at + bytes);
  };
  const said = [classify("first", 1), `frames ${adaptation.adaptationFrames()}`, "save 0"];
  const blob = save();
  said.push(["statistics", ...blob].join(" "), classify("second", 2));
  instance.bytes().set(blob, instance.exports.inputAddress());
  said.push(`load ${adaptation.adaptationLoad(blob.length)}`);
  const adapted = classify("second", 2);
  assert.notEqual(adapted, said[4]);
  said.push(adapted, "save 0", ["statistics", ...save()].join(" "), `refused ${blob.length}`);
  said.push(...["shorter", "none", "longer", "NULL"].map((name) => `${name} ${DAMAGED}`));
  said.push(`save to NULL ${NO_SOUND}`, `no state ${NO_STATE}`, `no state ${NO_STATE}`, adapted, "frames 0", said[4]!);
  return `${said.join("\n")}\n`;
}

const BUILDS: Readonly<Record<string, readonly string[]>> = {
  checked: ["-O2"],
  unchecked: ["-O2", "-DLSN_UNCHECKED"],
  ...(skipSanitizer ? {} : { sanitized: SANITIZE }),
};

for (const [name, flags] of Object.entries(BUILDS)) {
  test(`this machine, ${name}: answers and statistics of Node`, { skip: skipCompiler }, async () => {
    const sources = [source("adaptation_check.c"), join(model.folder, "src", "light_sernet.c")];
    const program = await compileC(join(work, name), sources, [...flags, "-I", join(model.folder, "src")]);
    const { code, stdout, stderr } = await runProgram(program, []);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, expected);
  });
}

test("the library of a model that normalizes compiles without a warning", { skip: skipCompiler }, async () => {
  await compileC(join(work, "library.o"), [join(model.folder, "src", "light_sernet.c")], ["-O2", "-c", ...WARNINGS]);
});

for (const core of ["cortex-m4", "cortex-m33"]) {
  test(`${core} in QEMU: answers and statistics of Node`, { skip: skipHost("cortex-m") }, async () => {
    const out = join(work, core);
    mkdirSync(out);
    const objects = ["light_sernet", "adaptation_check", "semihosting", "instructions", "reset", "startup", "memory", "sound"];
    const result = await make("cortex-m", {
      BUILD: work,
      MODEL: "normalized",
      CORE: core,
      OUT: out,
      OBJECTS: objects.map((name) => join(out, `${name}.o`)).join(" "),
      VPATH: join(repositoryRoot, "tests", "firmware"),
    });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, expected);
  });
}

test("the header follows the model: only one that normalizes has statistics", async () => {
  // Of the stream, which these models have, its own words are left out.
  const header = (of: CModel): string =>
    readFileSync(join(of.folder, "src", "light_sernet.h"), "utf8").replaceAll(/\w*stream\w*|frames_with_speech/gi, "");
  const plain = await writeRandomModel(join(work, "plain"), PATH_CASES[0]!, "embedded");
  assert.doesNotMatch(header(plain), /adaptation|ADAPTATION|float activation|float valence|speech_frames|LEAST_SPEECH|float voice|VOICE/);
  assert.match(header(model), /^ {2}float activation;.*\n {2}float valence;.*\n {2}float voice;/m);
  assert.match(header(model), /^#define LSN_HAS_VOICE$/m);
  assert.match(header(model), /^float lsn_voice\(lsn_state \*state\);$/m);
  assert.match(header(model), /^float lsn_activation\(lsn_state \*state\);$/m);
  const normalizing = await writeRandomModel(join(work, "normalizing"), NORMALIZING, "embedded");
  assert.match(header(model), /^#define LSN_ADAPTATION_BYTES 92$/m);
  assert.match(header(normalizing), /^#define LSN_ADAPTATION_BYTES 180$/m);
  assert.match(header(model), /^#define LSN_LEAST_SPEECH_FRAMES 4$/m);
  assert.doesNotMatch(header(normalizing), /float activation|float valence|speech_frames|float voice|VOICE/);
  const functions = [...header(model).matchAll(/\b(lsn_adaptation_\w+)\(lsn_state/g)].map((match) => match[1]);
  assert.deepEqual(
    functions.sort(),
    ["frames", "load", "reset", "save"].map((name) => `lsn_adaptation_${name}`),
  );
});
