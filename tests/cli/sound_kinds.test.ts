/** Every kind of WAV file, right, odd, wrong and hostile: the same answer, warnings or sentence from the API, both engines of the command, its standard input, and Chromium. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createRecognizer, type Recognition, RecognizerError } from "../../ts-tools/runtime/index.js";
import { openPage, skipWithoutChromium } from "../support/chromium.js";
import { lightSernet, lightSernetAgain, lines } from "../support/command.js";
import { narrowBuild } from "../support/narrow_build.js";
import { repositoryRoot, sharedFolder } from "../support/paths.js";
import { voice } from "../support/sounds.js";
import { fromInt16, hostileWavs, interleave, oddButGoodWavs, wavFile, wronglyLongWavs } from "../support/wav.js";
import { skip as skipWasmtime } from "../wasi/command.js";

/** What is said of a sound, in any host: the error, or the result without times. */
type Said = { error: string } | Pick<Recognition, "label" | "logits" | "warnings" | "input">;

const SOUND = voice(9000);
const work = mkdtempSync(join(tmpdir(), "light-sernet-kinds-"));
const sounds = join(work, "sounds");
let model: string;
let names: string[];
const expected = new Map<string, Said>();

before(async () => {
  model = (await narrowBuild()).folder;
  const floats = Array.from(SOUND);
  const all = [
    ...oddButGoodWavs(SOUND),
    ...wronglyLongWavs(SOUND),
    ...hostileWavs(),
    ...(["u8", "mulaw", "alaw"] as const).map((format) => ({
      name: `${format}.wav`,
      bytes: wavFile(fromInt16(SOUND, format), { format, rate: 8000 }),
    })),
    { name: "mulaw-stereo.wav", bytes: wavFile(fromInt16(interleave(SOUND, 2), "mulaw"), { format: "mulaw", channels: 2, rate: 8000 }) },
    { name: "units-of-int16.wav", bytes: wavFile(floats, { format: "f32" }) },
    {
      name: "opposite-channels.wav",
      bytes: wavFile(
        floats.flatMap((x) => [x, -x]),
        { channels: 2 },
      ),
    },
    { name: "silence.wav", bytes: wavFile(new Int16Array(9000)) },
    { name: "constant.wav", bytes: wavFile(new Int16Array(9000).fill(3000)) },
    {
      name: "not-a-number.wav",
      bytes: wavFile(
        floats.map((x, i) => (i % 100 === 0 ? Number.NaN : x / 32768)),
        { format: "f64", rate: 44100 },
      ),
    },
    {
      name: "clipped.wav",
      bytes: wavFile(
        floats.map((x) => Math.max(-32768, Math.min(32767, 20 * x))),
        { rate: 22050 },
      ),
    },
  ];
  mkdirSync(sounds);
  for (const { name, bytes } of all) writeFileSync(join(sounds, name), bytes);
  const cases = sharedFolder("cases");
  if (cases !== undefined) spawnSync("python3", [join(cases, "make_sounds.py"), join(sounds, "cases")]);
  names = readdirSync(sounds, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".wav"));
  const recognizer = await createRecognizer({ model });
  for (const name of names) {
    try {
      expected.set(name, said(await recognizer.classifyFile(readFileSync(join(sounds, name)))));
    } catch (error) {
      assert.ok(error instanceof RecognizerError, `${name}: ${String(error)}`);
      expected.set(name, { error: error.message });
    }
  }
});
after(() => rmSync(work, { recursive: true }));

function said({ label, logits, warnings, input }: Recognition): Said {
  return { label, logits: { ...logits! }, warnings, input };
}

/** Broken sounds of other formats: the command and a browser give them to a decoder, whose sentences are others. */
const isForeign = (name: string): boolean => {
  const said = expected.get(name)!;
  return "error" in said && /^this is an? (FLAC|MP3|Ogg|MP4|WebM|AAC|AMR|AIFF|CAF|Sony)|holds|browser|big-endian/.test(said.error);
};

test("the command in Node and in wasmtime: a folder of them all", { skip: skipWasmtime }, async () => {
  for (const engine of ["node", "wasmtime"]) {
    const { code, stdout, stderr } = await lightSernetAgain(["classify", "--model", model, "--engine", engine, "--json", sounds]);
    assert.equal(code, 1);
    const results = lines(stdout).map((line) => JSON.parse(line) as Recognition & { file: string; error?: string });
    assert.equal(results.length, names.length);
    for (const result of results) {
      const name = result.file.slice(sounds.length + 1);
      if (isForeign(name)) continue;
      const wanted = expected.get(name)!;
      assert.deepEqual(result.error === undefined ? said(result) : { error: result.error }, wanted, `${name} in ${engine}`);
      for (const sentence of "error" in wanted ? [wanted.error] : wanted.warnings.map((text) => `warning: ${text}`))
        assert.ok(stderr.includes(`${result.file}: ${sentence}\n`), `${name} in ${engine}: ${sentence}`);
    }
  }
});

test("the command on its standard input", async () => {
  for (const name of names.filter((name, index) => !isForeign(name) && index % 3 === 0)) {
    const { stdout, stderr } = await lightSernet(["classify", "--model", model, "--json", "-"], {
      input: readFileSync(join(sounds, name)),
    });
    const { error, ...result } = JSON.parse(stdout) as Recognition & { error?: string };
    assert.deepEqual(error === undefined ? said(result) : { error }, expected.get(name), name);
    assert.ok(error === undefined || stderr.includes(error), name);
  }
});

test("a page in Chromium", { skip: skipWithoutChromium }, async () => {
  const { page, server, close } = await openPage({ dist: join(repositoryRoot, "dist"), model, sounds });
  try {
    const answers = await page.evaluate(
      async ({ address, names }) => {
        const { createRecognizer } = (await import(
          `${address}dist/ts-tools/runtime/browser.js`
        )) as typeof import("../../ts-tools/runtime/browser.js");
        const recognizer = await createRecognizer({ model: `${address}model/` });
        const answers = [];
        for (const name of names) {
          try {
            const { label, logits, warnings, input } = await recognizer.classifyFile(
              await (await fetch(`${address}sounds/${name}`)).blob(),
            );
            answers.push({ label, logits, warnings, input });
          } catch (error) {
            answers.push({ error: (error as Error).message });
          }
        }
        return answers;
      },
      { address: server.address, names },
    );
    for (const [index, name] of names.entries()) {
      if (isForeign(name)) assert.ok("error" in answers[index]!, name);
      else assert.deepEqual(answers[index], expected.get(name), name);
    }
  } finally {
    await close();
  }
});

test("the sounds of ../shared/cases are answered as its table expects", {
  skip: sharedFolder("cases") === undefined && "../shared/cases is not there",
}, () => {
  const table = readFileSync(join(sharedFolder("cases")!, "sounds.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  assert.equal(table.length, 27);
  for (const row of table) {
    const name = row.split(",")[0]!;
    const answer = expected.get(join("cases", `${name}.wav`))!;
    const samples = /(\d+) samples/.exec(row)?.[1];
    if (/refused/.test(row)) {
      assert.ok("error" in answer, name);
      const format = /by name: (\w+)/.exec(row)?.[1] ?? /it is (?:an? )?([\w ]+)$/.exec(row)![1]!;
      assert.match(answer.error, new RegExp(format, "i"), name);
      continue;
    }
    assert.ok("input" in answer, name);
    if (samples !== undefined) assert.equal(answer.input.durationMs, Number(samples) / 16, name);
    assert.equal(answer.warnings.length, /warning/.test(row) ? 1 : 0, `${name}: ${answer.warnings.join(" ")}`);
  }
});
