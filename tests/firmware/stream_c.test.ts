/** The stream as C on this machine, under the sanitizers: the answers of Node in any pieces, and memory that does not grow. tests/hour is an hour of it. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { OTHER_FRONT_END } from "../module/cases.js";
import { lines, runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { shippedBuild, writePrefixedFirmware } from "../support/shipped_build.js";
import { noise, voice } from "../support/sounds.js";
import { CC, compileC, SANITIZE, SMALL, skipCompiler, skipSanitizer, source, WARNINGS, writeRandomModel } from "./c_build.js";
import { joined, quietRoom, StreamInstance } from "./stream_in_node.js";
import { bytesOf } from "./workplace.js";

let work: string;
before(() => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-stream-c-"));
});
after(() => rmSync(work, { recursive: true, force: true }));

/** The driver with micro. */
async function driver(name: string, flags: readonly string[]): Promise<string> {
  const include = join((await shippedBuild("micro")).firmware, "src");
  return compileC(join(work, name), [source("stream_driver.c"), join(include, "light_sernet.c")], [...flags, "-I", include]);
}

const sound = joined(
  quietRoom(20_000),
  readPcmWav(join(repositoryRoot, "examples", "long.wav")),
  new Int16Array(60_000),
  voice(30_000),
  noise(20_000, 32_767),
  voice(40_000, 16000, 5),
);

/** What the driver prints. */
async function inNode(smoothing: number, hold: number): Promise<string[]> {
  const node = await StreamInstance.create("micro");
  node.exports.setStream(smoothing, hold);
  return node.numbers(sound);
}

const builds: readonly [name: string, flags: readonly string[], skip: string | false][] = [
  ["plain", ["-O2", ...WARNINGS], skipCompiler],
  ["unchecked", ["-O2", "-DLSN_UNCHECKED"], skipCompiler],
  ["sanitized", SANITIZE, skipSanitizer],
];
for (const [name, flags, skip] of builds) {
  test(`${CC}, ${name}: the answers of Node in any pieces, and memory does not grow`, { skip }, async () => {
    const program = await driver(name, flags);
    for (const [smoothing, hold, seeds] of [
      [1, 0, [0, 1, 2]],
      [4, 3, [3]],
    ] as const) {
      const expected = await inNode(smoothing, hold);
      assert.ok(expected.length > 25);
      for (const seed of seeds) {
        const { code, stdout, stderr } = await runProgram(program, [seed, smoothing, hold].map(String), { input: bytesOf(sound) });
        assert.equal(code, 0, stderr);
        assert.deepEqual(lines(stdout), expected, `seed ${seed}`);
        const kilobytes = lines(stderr).map(Number);
        assert.ok(kilobytes.at(-1)! - kilobytes[0]! <= 256, kilobytes.join(" "));
      }
    }
  });
}

test("the header of a model without a stream has nothing of it, and there is no sketch that listens", async () => {
  const { folder } = await writeRandomModel(join(work, "other"), { ...SMALL, name: "another front end", frontEnd: OTHER_FRONT_END });
  const header = readFileSync(join(folder, "src", "light_sernet.h"), "utf8");
  assert.doesNotMatch(header, /lsn_stream|LSN_STREAM|LSN_HAS_STREAM/);
  assert.throws(() => readFileSync(join(folder, "examples", "Listen", "Listen.ino")), { code: "ENOENT" });
});

test("with a prefix the stream has it, too", { skip: skipCompiler }, async () => {
  const folder = join(work, "ear");
  await writePrefixedFirmware(folder, "micro", "ear");
  const object = join(work, "ear.o");
  await compileC(object, [join(folder, "src", "ear_light_sernet.c")], ["-O0", "-c"]);
  const { stdout } = await runProgram("nm", ["--extern-only", "--defined-only", "--format=just-symbols", object]);
  const streams = lines(stdout).filter((symbol) => symbol.includes("stream"));
  assert.deepEqual(
    streams.sort(),
    ["events", "finish", "get", "push", "push_bytes", "set", "start"].map((name) => `ear_stream_${name}`),
  );
});
