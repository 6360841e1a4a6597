/**
 * Modules with bytes changed: the answer of a module, or the runtime's error in one sentence. A changed module may also run forever, which nobody can tell from
 * outside: those rounds are ended from here.
 */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import wabt from "wabt";
import { ABI_VERSION, EXPORTS, type ExportedFunction } from "../../ts-tools/abi/exports.js";
import { createRecognizer, RecognizerError } from "../../ts-tools/runtime/index.js";
import { lightSernet } from "../support/command.js";
import { narrowBuild } from "../support/narrow_build.js";

let folder: string;
let work: string;
before(async () => {
  ({ folder } = await narrowBuild());
  work = mkdtempSync(join(tmpdir(), "light-sernet-damaged-"));
});
after(() => rmSync(work, { recursive: true }));

/** A hash at 16 and an id at 81, each with its zero byte; at 2000 a text that goes on and on. */
const DATA = `(data (i32.const 16) "${"a".repeat(64)}\\00id\\00") (data (i32.const 2000) "${"b".repeat(200)}")`;

/** What the library's functions do in a module of our own making: nothing, but for those that are given. */
async function moduleWith(bodies: Readonly<Record<string, string>>, data = DATA): Promise<BufferSource> {
  const functions = Object.entries(EXPORTS as Record<string, ExportedFunction>).map(([name, { parameters, result, type }]) => {
    const given =
      bodies[name] ??
      (result === undefined ? "" : type === "f32" ? "f32.const 0" : name === "abiVersion" ? `i32.const ${ABI_VERSION}` : "i32.const 0");
    const resultType = bodies[name]?.startsWith("i64") ? "i64" : (type ?? "i32");
    return `(func $${name} (export "${name}") ${parameters.map(() => "(param i32)").join(" ")} ${result === undefined ? "" : `(result ${resultType})`} ${given})`;
  });
  const { parseWat } = await wabt();
  const text = `(module (memory (export "memory") 1 1) ${data} ${functions.join("\n")})`;
  return parseWat("made.wat", text).toBinary({}).buffer as BufferSource;
}

/** A model that says everything right. */
const RIGHT = {
  inputAddress: "i32.const 1024",
  inputCapacity: "i32.const 1024",
  modelHashAddress: "i32.const 16",
  modelIdAddress: "i32.const 81",
  classCount: "i32.const 1",
  classNameAddress: "i32.const 81",
  sampleRate: "i32.const 16000",
  windowSamples: "i32.const 100",
  frameCount: "i32.const 1",
};

const CREATED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a trap": { modelIdAddress: "unreachable" },
  "an address outside": { inputAddress: "i32.const 65530" },
  "a negative address": { modelIdAddress: "i32.const -4" },
  "no room for input": { inputCapacity: "i32.const 0" },
  "two billion classes": { classCount: "i32.const 2000000000" },
  "no classes": { classCount: "i32.const 0" },
  "a window of gigabytes": { windowSamples: "i32.const 2000000000" },
  "a threshold that is not a number": { acceptThreshold: "f32.const nan" },
  "a name without an end": { modelIdAddress: "i32.const 2000" },
  "no name": { modelIdAddress: "i32.const 80" },
  "64-bit numbers": { classCount: "i64.const 1" },
};

const damaged = (error: unknown): true => {
  assert.ok(error instanceof RecognizerError, String(error));
  assert.equal(error.status, "BAD_MODULE");
  assert.match(error.message, /^(the|this) WebAssembly module is damaged \(.+\); build the model again$/);
  return true;
};

for (const [name, bodies] of Object.entries(CREATED)) {
  test(`${name}: damaged, when it is opened`, async () => {
    await assert.rejects(createRecognizer({ module: await moduleWith({ ...RIGHT, ...bodies }) }), damaged);
  });
}

const CLASSIFIED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a trap": { push: "unreachable" },
  "an endless recursion": { outputCount: "i32.const 200", finish: "call $finish" },
  "more output than there is memory": { outputCount: "i32.const 2000000000", outputAddress: "i32.const 0" },
  "an odd address": { outputCount: "i32.const 1", outputAddress: "i32.const 1" },
  "a class that there is not": { outputCount: "i32.const 200", label: "i32.const 7" },
  "values that are not probabilities": { outputCount: "i32.const 200", probabilitiesAddress: "i32.const 16" },
};

for (const [name, bodies] of Object.entries(CLASSIFIED)) {
  test(`${name}: damaged, when it classifies`, async () => {
    const module = await moduleWith({ ...RIGHT, ...bodies });
    const recognizer = await createRecognizer({ module });
    assert.throws(() => recognizer.classify(new Int16Array(200), { sampleRate: 16000 }), damaged);
  });
}

test("a segment outside the memory", async () => {
  await assert.rejects(createRecognizer({ module: await moduleWith(RIGHT, '(data (i32.const 65535) "xx")') }), damaged);
});

test("a damaged module of a folder is named with its file, by the runtime and on the command line", async () => {
  const broken = join(work, "broken");
  cpSync(folder, broken, { recursive: true });
  const file = join(broken, "light-sernet.wasm");
  writeFileSync(file, new Uint8Array((await moduleWith({ ...RIGHT, modelIdAddress: "unreachable" })) as Uint8Array<ArrayBuffer>));
  const sentence = `${file} is damaged (unreachable); build the model again`;
  await assert.rejects(createRecognizer({ model: broken, build: "scalar" }), { name: "RecognizerError", message: sentence });
  const { code, stdout, stderr } = await lightSernet(["classify", "--model", broken, "x.wav"]);
  assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: "", stderr: `light-sernet: ${sentence}\n` });
});

const ROUNDS = 1500;
/** A round takes milliseconds. */
const PATIENCE_MS = 2000;

interface Report {
  round: number;
  outcome: string;
}

/** Runs the rounds from `first` on until one of them does not end; the next round to run. */
function runRounds(first: number, outcomes: Map<number, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL("./damaged_modules_child.js", import.meta.url));
    // A process, not a thread: Node 20 can block forever when it ends a thread in which a module runs.
    const child = fork(script, [join(folder, "light-sernet.wasm"), String(first), String(ROUNDS)]);
    let next = first;
    const stop = (): void => {
      outcomes.set(next++, "endless");
      child.kill("SIGKILL");
    };
    let timer = setTimeout(stop, 4 * PATIENCE_MS);
    child.on("message", (report) => {
      const { round, outcome } = report as Report;
      outcomes.set(round, outcome);
      next = round + 1;
      clearTimeout(timer);
      timer = setTimeout(stop, PATIENCE_MS);
    });
    child.on("error", reject);
    child.on("exit", () => {
      clearTimeout(timer);
      resolve(next);
    });
  });
}

test("bytes changed anywhere: an answer, or the runtime's error", async (t) => {
  const outcomes = new Map<number, string>();
  for (let next = 0; next < ROUNDS; ) next = await runRounds(next, outcomes);
  assert.equal(outcomes.size, ROUNDS);
  const times = (outcome: string): number => [...outcomes.values()].filter((found) => found === outcome).length;
  t.diagnostic(
    `${ROUNDS} modules: ${times("answer")} answer, ${times("refused")} are not modules, ${times("damaged")} are damaged, ${times("endless")} do not end`,
  );
  const others = [...outcomes].filter(([, outcome]) => !["answer", "refused", "damaged", "endless"].includes(outcome));
  assert.deepEqual(others, []);
  assert.ok(times("answer") > 100 && times("damaged") > 10 && times("endless") < 20);
});
