/** Examples that listen to a microphone: Arduino's sketch and Zephyr's application, with stand-ins of both. They say what Node says, to the bit. */
import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type CommandResult, lines, runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { writeShippedFirmware } from "../support/shipped_build.js";
import { buildSketch } from "./arduino_sketch.js";
import { cmake, skipCMake } from "./cmake_build.js";
import { readBuildFiles, skipPython } from "./read_build_files.js";
import { joined, quietRoom, type StreamAnswerLine, StreamInstance } from "./stream_in_node.js";
import { bytesOf, FIXTURES, skipCompiler } from "./workplace.js";

const APPLICATION = join(repositoryRoot, "hosts", "stream", "zephyr");
/** Whole blocks of 256 samples, which end in a quiet room. */
const speech = readPcmWav(join(repositoryRoot, "examples", "speech.wav"));
const sound = joined(quietRoom(10_240), speech, new Int16Array(256 * 260 - (speech.length % 256)));

let work: string;
let library: string;
before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-listen-"));
  library = join(work, "light-sernet");
  await writeShippedFirmware(library, "micro");
});
after(() => rmSync(work, { recursive: true, force: true }));

/** What a program prints of an answer: for people, and its bits. */
function printed(node: StreamInstance, { ms, state, label, logits, bits }: StreamAnswerLine): string[] {
  const tenths = Math.floor(ms / 100);
  const probabilities = new Float32Array(Uint32Array.from(bits.slice(0, node.classes.length)).buffer);
  const percent = Math.trunc(Math.fround(Math.fround(100 * Math.max(...probabilities)) + 0.5));
  const said = state === "label" ? `${label} ${percent} %` : state;
  return [`${Math.floor(tenths / 10)}.${tenths % 10} s: ${said}`, [...logits, ...bits.slice(0, node.classes.length)].join(" ")];
}

/** The same of a whole stream. With `smoothing` and `hold` as the sketch sets them. */
async function expected(smoothing: number, hold: number, heard = sound): Promise<{ pushed: string[]; finished: string[] }> {
  const node = await StreamInstance.create("micro");
  assert.equal(node.exports.startStream(), 0);
  assert.equal(node.exports.setStream(smoothing, hold), 0);
  const { pushed, finished } = node.stream(heard);
  const text = (list: typeof pushed): string[] => list.flatMap((line) => ("state" in line ? printed(node, line) : []));
  return { pushed: text(pushed), finished: text(finished) };
}

const run = (program: string, parameters: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> =>
  runProgram(program, parameters, { input: bytesOf(sound), environment });

test("Arduino: the sketch that listens, with buffers that come while it is busy", { skip: skipCompiler }, async () => {
  const sketch = join(library, "examples", "Listen");
  const program = await buildSketch(join(work, "arduino"), {
    folder: sketch,
    main: "listen.cpp",
    libraries: { [library]: "light_sernet.c" },
  });
  const [, smoothing, hold] = /lsn_stream_set\(&state, (\d+), (\d+)\)/.exec(readFileSync(join(sketch, "Listen.ino"), "utf8"))!;
  const { pushed } = await expected(Number(smoothing), Number(hold));
  assert.ok(pushed.length >= 10 && pushed.some((line) => line.endsWith(" %")) && pushed.some((line) => line.endsWith("listening")));
  // A ring of 16 buffers.
  for (const burst of [1, 3, 16]) {
    const { code, stdout, stderr } = await run(program, [String(burst)]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.deepEqual(lines(stdout), pushed, `${burst}`);
  }
  const { code, stdout } = await run(program, ["17"]);
  assert.equal(code, 0);
  assert.match(stdout, /^256 samples were lost so far: the chip is too slow for this model$/m);
});

let application: Promise<string> | undefined;

/** The program of the application, with CONFIG_LISTEN_BITS. */
function zephyrProgram(): Promise<string> {
  application ??= (async () => {
    const source = join(work, "zephyr");
    cpSync(APPLICATION, source, { recursive: true });
    cpSync(library, join(source, "light-sernet"), { recursive: true });
    appendFileSync(join(source, "prj.conf"), "CONFIG_LISTEN_BITS=y\n");
    const built = await cmake(source, join(source, "build"), [], [`ZEPHYR_BASE=${join(FIXTURES, "zephyr", "package")}`]);
    return join(built.folder, "zephyr_program");
  })();
  return application;
}

test("Zephyr: the application that listens", { skip: skipCMake }, async () => {
  const { pushed, finished } = await expected(1, 0);
  const { code, stdout, stderr } = await run(await zephyrProgram(), []);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  const ended = ["the microphone paused: some sound may be missing", ...finished, "the microphone has stopped: error -61"];
  assert.deepEqual(lines(stdout), [...pushed, ...ended]);
});

test("Zephyr: a microphone that pauses begins again, and nothing that was heard is lost", { skip: skipCMake }, async () => {
  const { pushed } = await expected(1, 0);
  const { code, stdout } = await run(await zephyrProgram(), [], { PAUSE: "100" });
  assert.equal(code, 0);
  const said = lines(stdout);
  const paused = said.flatMap((line, index) => (line.includes("paused") ? [index] : []));
  assert.equal(paused.length, 2);
  assert.deepEqual(said.filter((line) => !line.startsWith("the microphone")).slice(0, pushed.length), pushed);
});

test("Zephyr: Kconfig knows the settings of the library", { skip: skipPython }, () => {
  const settings = lines(readFileSync(join(APPLICATION, "prj.conf"), "utf8")).filter((line) => line.includes("LIGHT_SERNET"));
  const { warnings, symbols } = readBuildFiles([library], settings.join(",")).kconfig[0]!;
  assert.deepEqual(warnings, []);
  assert.equal(symbols.find(({ name }) => name === "LIGHT_SERNET")?.value, "y");
});

test("Zephyr: the blocks of the application are as many as the overlays of the boards say", () => {
  const blocks = /^#define BLOCKS (\d+)/m.exec(readFileSync(join(APPLICATION, "main.c"), "utf8"))![1]!;
  for (const board of ["nrf52840dk_nrf52840", "xiao_ble_nrf52840_sense"])
    assert.match(readFileSync(join(APPLICATION, "boards", `${board}.overlay`), "utf8"), new RegExp(`queue-size = <${blocks}>;`));
});
