/** Sounds that are not WAV files, and raw samples, through the command: from files and from standard input, in Node and in wasmtime. */
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type INPUT_FORMAT, STATUS, WARNING } from "../../ts-tools/abi/status.js";
import { createRecognizer, type Recognition } from "../../ts-tools/runtime/index.js";
import { originalVoice, soundFixture } from "../sounds/sound_fixtures.js";
import { type CommandOptions, lightSernet, lines } from "../support/command.js";
import { ffmpegOutput, skipWithoutFfmpeg } from "../support/ffmpeg.js";
import { narrowBuild } from "../support/narrow_build.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { fromInt16, sampleBytes, wavFile } from "../support/wav.js";

type JsonLine = Recognition & { file: string };

const ORIGINAL = originalVoice();
const NO_PROGRAMS = { PATH: "/nowhere", LIGHT_SERNET_FFMPEG: "" };
/** What Node says of the packages that decode if they are not installed. */
const NO_PACKAGES = {
  NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(`
    import { register } from "node:module";
    register("data:text/javascript," + encodeURIComponent(\`
      export async function resolve(name, context, next) {
        if (/decoder/.test(name) && !/^[./]|^file:/.test(name)) throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
        return next(name, context);
      }\`));`)}"`,
};

let model: string;
let work: string;
let original: Recognition;

before(async () => {
  model = (await narrowBuild()).folder;
  work = mkdtempSync(join(tmpdir(), "light-sernet-formats-"));
  original = (await createRecognizer({ model })).classify(ORIGINAL, { sampleRate: 16000 });
});
after(() => rmSync(work, { recursive: true }));

const classify = (parameters: readonly string[], options: CommandOptions = {}) =>
  lightSernet(["classify", "--json", "--model", model, ...parameters], options);
const parse = (stdout: string) => lines(stdout).map((line) => JSON.parse(line) as JsonLine);

async function answer(parameters: readonly string[], options: CommandOptions = {}): Promise<JsonLine> {
  const { code, stdout, stderr } = await classify(parameters, options);
  assert.deepEqual([code, stderr], [0, ""]);
  return parse(stdout)[0]!;
}

test("FLAC has the answer of the WAV file: by any name, from standard input, in wasmtime", async () => {
  const misnamed = join(work, "speech.wav");
  copyFileSync(soundFixture("voice.flac"), misnamed);
  const input = readFileSync(misnamed);
  assert.deepEqual((await answer([misnamed])).logits, original.logits);
  assert.deepEqual((await answer(["-"], { input })).logits, original.logits);
  assert.deepEqual((await answer(["--long", "center", "-"], { input })).logits, original.logits);
  if (skipWithoutWasmtime) return;
  assert.deepEqual((await answer(["--engine", "wasmtime", misnamed])).logits, original.logits);
  assert.deepEqual((await answer(["--engine", "wasmtime", "-"], { input })).logits, original.logits);
});

test("messengers' and browsers' files answer alike from a file and from standard input", async () => {
  for (const name of ["voice.opus", "voice.webm", "voice.ogg", "voice.mp3"]) {
    const { logits } = await answer([soundFixture(name)]);
    assert.deepEqual((await answer(["-"], { input: readFileSync(soundFixture(name)) })).logits, logits, name);
    // The packages are preferred, so that ffmpeg changes nothing.
    assert.deepEqual((await answer([soundFixture(name)], { environment: NO_PROGRAMS })).logits, logits, name);
  }
});

test("M4A through ffmpeg, which must be able to go back: also from standard input", { skip: skipWithoutFfmpeg }, async () => {
  const { logits } = await answer([soundFixture("voice.m4a")]);
  assert.deepEqual((await answer(["-"], { input: readFileSync(soundFixture("voice.m4a")) })).logits, logits);
  if (!skipWithoutWasmtime) assert.deepEqual((await answer(["--engine", "wasmtime", soundFixture("voice.m4a")])).logits, logits);
  const odd = join(work, "-i http.m4a");
  copyFileSync(soundFixture("voice.m4a"), odd);
  assert.deepEqual((await answer([odd])).logits, logits);
  // Without the packages ffmpeg decodes everything.
  const flac = await answer([soundFixture("voice.flac")], { environment: NO_PACKAGES });
  assert.deepEqual(flac.logits, original.logits);
});

test("without a decoder: the format's name, and the command that converts the file", async () => {
  const file = join(work, "it's a talk.m4a");
  copyFileSync(soundFixture("voice.m4a"), file);
  const { code, stdout, stderr } = await classify([file, soundFixture("voice.flac")], { environment: NO_PROGRAMS });
  assert.equal(code, 1);
  assert.equal(parse(stdout).at(-1)!.label, original.label, "the other file is still done");
  const [sentence, ...rest] = lines(stderr);
  assert.deepEqual(rest, []);
  assert.match(
    sentence!,
    /^light-sernet: [^\n]*talk\.m4a: this M4A file must be decoded, and neither a decoder for it nor ffmpeg is there; put ffmpeg on the PATH /,
  );
  assert.ok(sentence!.endsWith(`or convert the file: ffmpeg -i '${file.replace("'", "'\\''")}' 'it'\\''s a talk.wav'`), sentence);
  const opus = await classify([soundFixture("voice.opus")], { environment: { ...NO_PROGRAMS, ...NO_PACKAGES } });
  assert.match(opus.stderr, /this Ogg Opus file must be decoded, and neither [^\n]* voice\.wav\n$/);
  const piped = await classify(["-"], { input: readFileSync(soundFixture("voice.aac")), environment: NO_PROGRAMS });
  assert.match(piped.stderr, /^light-sernet: -: this AAC file \(ADTS\) must be [^\n]*: ffmpeg -i - sound\.wav\n$/);
  // The module says what it does not read.
  const adpcm = await classify([soundFixture("ms-adpcm.wav")], { environment: NO_PROGRAMS });
  assert.equal(adpcm.code, 1);
  assert.match(adpcm.stderr, /ms-adpcm\.wav: the WAV file [^\n]*\n$/);
});

test("a program that fails is named with its last line; a variable that names none is corrected", async () => {
  const program = join(work, "ffmpeg");
  writeFileSync(program, "#!/bin/sh\necho 'codec not compiled in' >&2\nexit 8\n");
  chmodSync(program, 0o755);
  const failing = await classify([soundFixture("voice.m4a")], { environment: { LIGHT_SERNET_FFMPEG: program } });
  assert.equal(failing.code, 1);
  assert.match(failing.stderr, /voice\.m4a: ffmpeg cannot decode this M4A file \(codec not compiled in\); get or record it again\n$/);
  const wrong = await classify([soundFixture("voice.m4a")], { environment: { LIGHT_SERNET_FFMPEG: join(work, "none") } });
  assert.match(wrong.stderr, /LIGHT_SERNET_FFMPEG names [^\n]*none, which is not a program; correct it\n$/);
});

test("a damaged file: its first part is classified, with one warning", async () => {
  const cut = join(work, "cut.flac");
  writeFileSync(cut, readFileSync(soundFixture("voice.flac")).subarray(0, 15000));
  const { code, stdout, stderr } = await classify([cut]);
  assert.equal(code, 0);
  assert.equal(parse(stdout).length, 1);
  assert.match(
    stderr,
    /^light-sernet: [^\n]*cut\.flac: warning: this FLAC file is damaged or incomplete \([^\n]*\); what could be decoded is used\n$/,
  );
});

test("segment and evaluate read them, too", async () => {
  const data = join(work, "data");
  mkdirSync(join(data, "anger"), { recursive: true });
  for (const name of ["voice.flac", "voice.opus", "voice.mp3"]) copyFileSync(soundFixture(name), join(data, "anger", `${name}.wav`));
  const segmented = await lightSernet(["segment", data, join(work, "cut"), "--duration", "1", "--model", model]);
  assert.deepEqual([segmented.code, segmented.stderr], [0, ""]);
  assert.match(segmented.stdout, /^3 segments of 1 s from 3 files/);
  const evaluated = await lightSernet(["evaluate", model, "--data", data]);
  assert.match(evaluated.stdout, /\b3\b/);
  assert.doesNotMatch(evaluated.stderr, /\.wav:/);
});

const RAW: Readonly<Record<string, keyof typeof INPUT_FORMAT>> = { s16le: "s16", s24le: "s24", s32le: "s32", f32le: "f32", f64le: "f64" };

test("raw samples from a pipe and from a file have the answer of the WAV file", async () => {
  for (const [name, format] of Object.entries(RAW)) {
    const scale = { s16: 1, s24: 256, s32: 65536, f32: 1 / 32768, f64: 1 / 32768, u8: 0, mulaw: 0, alaw: 0 }[format as string]!;
    const input = sampleBytes(
      Float64Array.from(ORIGINAL, (value) => value * scale),
      format,
    );
    assert.deepEqual(
      (await answer(["-", "--rate", "16000", "--format", name, "--channels", "1"], { input })).logits,
      original.logits,
      name,
    );
  }
  const file = join(work, "speech.raw");
  writeFileSync(
    file,
    Int16Array.from({ length: 2 * ORIGINAL.length }, (_, index) => ORIGINAL[index >> 1]!),
  );
  const options = ["--rate", "16000", "--format", "s16le", "--channels", "2", file];
  assert.deepEqual((await answer(options)).logits, original.logits);
  assert.deepEqual((await answer(["--long", "center", ...options])).logits, original.logits);
  if (!skipWithoutWasmtime) assert.deepEqual((await answer(["--engine", "wasmtime", ...options])).logits, original.logits);
  const bytes = Uint8Array.from(ORIGINAL, (value) => (value >> 8) + 128);
  const wav = join(work, "8bit.wav");
  writeFileSync(wav, wavFile(bytes, { format: "u8" }));
  assert.deepEqual((await answer(["-", "--rate", "16000", "--format", "u8"], { input: bytes })).logits, (await answer([wav])).logits);
});

test("G.711 without a header", async () => {
  for (const format of ["mulaw", "alaw"] as const) {
    const bytes = Uint8Array.from(fromInt16(ORIGINAL, format));
    const wav = join(work, `${format}.wav`);
    writeFileSync(wav, wavFile(bytes, { format }));
    const options = ["-", "--rate", "16000", "--format", format];
    assert.deepEqual((await answer(options, { input: bytes })).logits, (await answer([wav])).logits, format);
  }
});

test("odd bytes at the end of raw samples are left out with one warning; a WAV header among them is noticed", async () => {
  const options = ["-", "--rate", "16000", "--format", "s16le", "--channels", "2"];
  const stereo = Buffer.from(Int16Array.from({ length: 2 * ORIGINAL.length }, (_, index) => ORIGINAL[index >> 1]!).buffer);
  const { code, stdout, stderr } = await classify(options, { input: Buffer.concat([stereo, Buffer.alloc(3)]) });
  assert.equal(code, 0);
  assert.equal(stderr, `light-sernet: -: warning: ${WARNING.PARTIAL_FRAME.sentence}\n`);
  assert.deepEqual(parse(stdout)[0]!.logits, original.logits);
  const wav = await classify(["-", "--rate", "16000", "--format", "s16le"], { input: wavFile(ORIGINAL) });
  assert.match(wav.stderr, /^light-sernet: -: warning: this begins as a WAV file does, [^\n]*\n$/);
  const empty = await classify(options, { input: new Uint8Array(0) });
  assert.deepEqual([empty.code, lines(empty.stderr).length], [1, 1]);
});

test("options of raw samples that do not fit together: one sentence, exit code 2; a folder is not raw", async () => {
  for (const [parameters, sentence] of [
    [["--format", "s16le"], /^light-sernet: --format reads raw samples, which do not say their rate; add --rate, /],
    [["--rate", "16000"], /^light-sernet: --rate is for raw samples only, .*; add --format, /],
    [["--channels", "2"], /^light-sernet: --channels is for raw samples only, /],
    [["--format", "s16", "--rate", "16000"], /'s16' is invalid.*s16le/],
    [["--format", "s16le", "--rate", "4000"], /give a rate from 8000 to 192000 Hz/],
    [["--format", "s16le", "--rate", "16000", "--channels", "0"], /give a whole number above 0/],
  ] as const) {
    const { code, stdout, stderr } = await classify(["-", ...parameters]);
    assert.deepEqual([code, stdout], [2, ""], parameters.join(" "));
    assert.match(lines(stderr)[0]!, sentence);
  }
  const folder = await classify([work, "--format", "s16le", "--rate", "16000"]);
  assert.deepEqual([folder.code, lines(folder.stderr).length], [1, 1]);
  assert.match(folder.stderr, /this is a folder; with --format, name the files of raw samples themselves\n$/);
});

const factual = "WAV_TRUNCATED" in STATUS && "the module takes the length in a header for a fact";

test("ffmpeg's own pipe, which does not know its length", { skip: skipWithoutFfmpeg || factual }, async () => {
  for (const name of ["voice.flac", "voice.m4a"]) {
    const input = ffmpegOutput(["-i", soundFixture(name), "-f", "wav", "-"]);
    const { code, stdout, stderr } = await classify(["-"], { input });
    assert.equal(code, 0);
    assert.ok(lines(stderr).length <= 1, stderr);
    if (name === "voice.flac") assert.deepEqual(parse(stdout)[0]!.logits, original.logits);
  }
});
