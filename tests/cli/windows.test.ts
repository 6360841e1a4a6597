/** `classify --windows`: a line for each window as soon as it is classified, from a pipe before the sound has ended. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import type { Recognition, Segment } from "../../ts-tools/runtime/index.js";
import { COMMAND, lightSernet, lightSernetAgain, lines } from "../support/command.js";
import { narrowBuild } from "../support/narrow_build.js";
import { voice } from "../support/sounds.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { wavFile } from "../support/wav.js";

type WindowLine = { file: string; segment: Segment };
type FileLine = Recognition & { file: string };

/** Four windows at 16 kHz. */
const SOUND = wavFile(voice(100_000, 16000, 3));
const TIMES = [
  [0, 3000],
  [1500, 4500],
  [3000, 6000],
  [3250, 6250],
];
let model: string;
let work: string;
let file: string;

before(async () => {
  model = (await narrowBuild()).folder;
  work = mkdtempSync(join(tmpdir(), "light-sernet-windows-"));
  file = join(work, "long.wav");
  writeFileSync(file, SOUND);
});
after(() => rmSync(work, { recursive: true }));

const classify = (...parameters: string[]) => lightSernetAgain(["classify", "--model", model, ...parameters]);
const untimed = (line: FileLine): FileLine => ({ ...line, timing: { decodeMs: 0, frontendMs: 0, networkMs: 0 } });

for (const [engine, skip] of [
  ["node", false],
  ["wasmtime", skipWithoutWasmtime],
] as const) {
  test(`JSON, ${engine}: the windows are those of "segments", then the file's own line`, { skip }, async () => {
    const read = async (...more: string[]) => lines((await classify("--engine", engine, "--json", ...more, file)).stdout);
    const printed = await read("--windows");
    const windows = printed.slice(0, -1).map((line) => JSON.parse(line) as WindowLine);
    const whole = JSON.parse(printed.at(-1)!) as FileLine;
    assert.deepEqual(
      windows,
      whole.segments.map((segment) => ({ file, segment })),
    );
    assert.deepEqual(
      windows.map(({ segment }) => [segment.startMs, segment.endMs]),
      TIMES,
    );
    assert.deepEqual(untimed(whole), untimed(JSON.parse((await read())[0]!) as FileLine));
  });
}

test("CSV: rows with times, and the file's row without", async () => {
  const { stdout } = await classify("--csv", "--windows", file, join(work, "none.wav"));
  const [head, ...rows] = lines(stdout).map((line) => line.split(","));
  assert.deepEqual(head!.slice(0, 4), ["file", "startMs", "endMs", "label"]);
  assert.deepEqual(
    rows.map(([, start, end]) => [start, end]),
    [...TIMES.map((times) => times.map(String)), ["", ""], ["", ""]],
  );
  assert.ok(rows.every(({ length }) => length === head!.length));
  assert.deepEqual(
    rows.map((row) => row.at(-1)),
    ["", "", "", "", "", '"there is no such file or folder; check the path"'],
  );
  assert.deepEqual(lines((await classify("--csv", file)).stdout)[1], [file, ...rows[4]!.slice(3)].join());
});

test("text: times, label and probability", async () => {
  const printed = lines((await classify("--windows", file)).stdout);
  assert.equal(printed.length, 5);
  const times = ["0.000 to 3.000", "1.500 to 4.500", "3.000 to 6.000", "3.250 to 6.250"];
  for (const [index, words] of times.entries()) {
    const line = printed[index]!;
    assert.ok(line.startsWith(`${file}, ${words} s: `), line);
    assert.match(line, / s: (\w+ \d+\.\d %|uncertain \(\w+ \d+\.\d %\))$/);
  }
  assert.equal(printed[4], lines((await classify(file)).stdout)[0]);
});

for (const format of [[], ["--json"], ["--csv"]]) {
  test(`a slow writer: a window is there before more is sent (${format[0] ?? "text"})`, { timeout: 60_000 }, async () => {
    const child = spawn(process.execPath, [COMMAND, "classify", "--model", model, "--windows", ...format, "-"]);
    const exit = once(child, "close");
    try {
      const arrived = createInterface(child.stdout)[Symbol.asyncIterator]();
      const next = async (): Promise<string> => (await arrived.next()).value as string;
      const header = format[0] === "--csv" ? [await next()] : [];
      const got: string[] = [];
      // The bytes up to the end of each window but the last, which ends with the sound: nothing else is sent before the line is there.
      let sent = 0;
      for (const [, end] of TIMES.slice(0, -1)) {
        const until = 44 + end! * 32;
        child.stdin.write(SOUND.subarray(sent, until));
        sent = until;
        got.push(await next());
      }
      child.stdin.end(SOUND.subarray(sent));
      for (let line = await next(); line !== undefined; line = await next()) got.push(line);
      const { stdout } = await lightSernet(["classify", "--model", model, "--windows", ...format, "-"], { input: SOUND });
      const times = (text: string): string => text.replace(/"timing".*/, "");
      assert.deepEqual([...header, ...got].map(times), lines(stdout).map(times));
      assert.deepEqual(await exit, [0, null]);
    } finally {
      child.kill();
    }
  });
}
