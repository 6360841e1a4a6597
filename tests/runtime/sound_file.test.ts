/** Sound files in the API: read by the module in every engine, or decoded by a real Chromium. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { createRecognizer, decodeSoundFile, type Recognition, RecognizerError } from "../../ts-tools/runtime/index.js";
import { originalVoice, readSound, soundFixture } from "../sounds/sound_fixtures.js";
import { openPage, skipWithoutChromium } from "../support/chromium.js";
import { narrowBuild } from "../support/narrow_build.js";
import { repositoryRoot } from "../support/paths.js";
import { wavFile } from "../support/wav.js";

const WAV = wavFile(originalVoice());
let model: string;
let original: Recognition;

before(async () => {
  model = (await narrowBuild()).folder;
  original = (await createRecognizer({ model })).classify(originalVoice(), { sampleRate: 16000 });
});

const refused = (status: string, text: RegExp) => (error: unknown) => {
  assert.ok(error instanceof RecognizerError, String(error));
  assert.deepEqual([error.status, text.test(error.message)], [status, true], error.message);
  return true;
};

test("a WAV file as a Blob, an ArrayBuffer and a view, in Node", async () => {
  const recognizer = await createRecognizer({ model });
  const view = new Uint8Array(WAV.length + 7).subarray(7);
  view.set(WAV);
  for (const file of [new Blob([WAV]), WAV.buffer, WAV, view])
    assert.deepEqual((await recognizer.classifyFile(file)).logits, original.logits);
});

test("what cannot be classified: one sentence, and the recognizer goes on", async () => {
  const recognizer = await createRecognizer({ model });
  const m4a = readFileSync(soundFixture("voice.m4a"));
  await assert.rejects(
    recognizer.classifyFile(new Blob([m4a])),
    refused("BAD_FORMAT", /^this MP4 file needs a browser's page .*decodeSoundFile\(\), or convert it to WAV$/),
  );
  await assert.rejects(decodeSoundFile(Uint8Array.from(m4a)), refused("BAD_FORMAT", /^this sound file needs/));
  await assert.rejects(
    recognizer.classifyFile("talk.wav" as unknown as Blob),
    refused("BAD_ARGUMENT", /^the sound file must be a Blob, .* and is "talk\.wav"$/),
  );
  await assert.rejects(recognizer.classifyFile(new Blob(["<!doctype html><p>not found</p>"])), RecognizerError);
  assert.deepEqual((await recognizer.classifyFile(WAV)).logits, original.logits);
});

test("two files at once, and one beside a recording that is pushed", async () => {
  const recognizer = await createRecognizer({ model });
  const other = originalVoice().map((sample) => Math.round(sample / 3));
  const alone = [original.logits, (await recognizer.classifyFile(wavFile(other))).logits];
  recognizer.push(originalVoice().subarray(0, 5000), { sampleRate: 16000 });
  const results = await Promise.all([WAV, wavFile(other)].map((file) => recognizer.classifyFile(new Blob([file]))));
  assert.deepEqual(
    results.map(({ logits }) => logits),
    alone,
  );
  recognizer.push(originalVoice().subarray(5000), { sampleRate: 16000 });
  assert.deepEqual(recognizer.finish().logits, original.logits);
});

const NAMES = [
  "voice.flac",
  "voice.oga",
  "deep.flac",
  "voice.mp3",
  "stereo.mp3",
  "voice.ogg",
  "voice.opus",
  "stereo.opus",
  "voice.m4a",
  "voice.aac",
  "voice.webm",
  "vorbis.webm",
];
/** Frames that the two decoders may count differently: delay or padding that one of them does not take off. */
const MOST_FRAMES_APART = 0.15;

test("the module says which files a browser must decode", async () => {
  const recognizer = await createRecognizer({ model });
  const refusal = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
    const error = await recognizer.classifyFile(bytes).catch((error: Error) => error);
    assert.ok(error instanceof RecognizerError);
    return /^this (\w+) file needs a browser/.exec(error.message)?.[1] ?? error.status;
  };
  const names = [];
  for (const name of NAMES) names.push(await refusal(Uint8Array.from(readFileSync(soundFixture(name)))));
  assert.deepEqual(names, ["FLAC", "OGG", "FLAC", "MP3", "MP3", "OGG", "OGG", "OGG", "MP4", "AAC", "WEBM", "WEBM"]);
  assert.equal(await refusal(Uint8Array.from(readFileSync(soundFixture("ms-adpcm.wav")))), "WAV_ADPCM");
  const text = Buffer.from("\ufeffThis is UTF-16, whose mark looks like a frame of MPEG audio.", "utf16le");
  assert.equal(await refusal(Uint8Array.from(text)), "WAV_NOT_RIFF");
});

interface PageAnswer {
  label?: string;
  /** Its largest difference from the original in steps of int16. */
  largest?: number;
  sampleRate?: number;
  channels?: number;
  frames?: number;
  error?: string;
}

test("Chromium decodes FLAC, MP3, Ogg, M4A, AAC and WebM, and the answers fit", { skip: skipWithoutChromium }, async (t) => {
  const { page, server, close } = await openPage({ dist: join(repositoryRoot, "dist"), model, sounds: soundFixture(".") });
  let answers: PageAnswer[];
  try {
    answers = await page.evaluate(
      async ({ address, names, ints }) => {
        const { createRecognizer, decodeSoundFile } = (await import(
          `${address}dist/ts-tools/runtime/browser.js`
        )) as typeof import("../../ts-tools/runtime/browser.js");
        const recognizer = await createRecognizer({ model: `${address}model/` });
        const answers = [];
        for (const name of names) {
          try {
            const file = await (await fetch(`${address}sounds/${name}`)).blob();
            const { samples, sampleRate, channels } = await decodeSoundFile(file);
            const { label } = await recognizer.classifyFile(file);
            // Chromium divides positive samples by 32767: they are off by up to one step of int16.
            const largest = Math.max(...ints.map((value, index) => Math.abs(value - 32768 * (samples[index] ?? 0))));
            answers.push({ label, largest, sampleRate, channels, frames: samples.length / channels });
          } catch (error) {
            answers.push({ error: String(error) });
          }
        }
        return answers;
      },
      { address: server.address, names: [...NAMES, "ms-adpcm.wav", "make_sounds.sh"], ints: [...originalVoice()] },
    );
  } finally {
    await close();
  }
  const refusals = answers.splice(NAMES.length).map(({ error }) => error);
  for (const error of refusals) assert.match(error!, /^RecognizerError: [^\n]*$/);
  // Debian's Chromium has every decoder; one without the patented ones says so in a sentence.
  for (const [index, name] of NAMES.entries()) {
    const { error, label, largest, frames, sampleRate, channels } = answers[index]!;
    t.diagnostic(`${name}: ${error ?? `${frames} frames at ${sampleRate} Hz, ${channels} channels`}`);
    assert.equal(error, undefined, name);
    if (name.startsWith("voice")) assert.equal(label, original.label, name);
    if (name === "voice.flac") assert.ok(frames === 14400 && largest! <= 1, `${largest} steps`);
    if (/m4a|aac|vorbis\.webm/.test(name)) continue;
    const sound = await readSound(soundFixture(name));
    const apart = Math.abs(frames! / sampleRate! - sound.frames / sound.sampleRate);
    assert.ok(apart <= MOST_FRAMES_APART, `${name}: ${apart} s`);
    assert.equal(sampleRate, /^voice\.(flac|mp3|ogg)$/.test(name) ? 16000 : 48000, name);
    if (name === "deep.flac") assert.equal(frames, 9600);
  }
});
