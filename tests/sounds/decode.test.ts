/** Files of real encoders, decoded as every command does: against what they were made from, and against another decoder (ffmpeg's own, and its libopus). */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createRecognizer } from "../../ts-tools/runtime/index.js";
import { decodePackaged } from "../../ts-tools/sounds/decode_packaged.js";
import { readWholeSound } from "../../ts-tools/sounds/sound_bytes.js";
import { compressedKind, type PackagedDecoder } from "../../ts-tools/sounds/sound_kind.js";
import { ffmpegOutput, ffmpegSamples, skipWithoutFfmpeg } from "../support/ffmpeg.js";
import { repositoryRoot } from "../support/paths.js";
import { wavFile } from "../support/wav.js";
import { mono, originalVoice, parseWav, readSound, signalToNoise, soundFixture } from "./sound_fixtures.js";

const ORIGINAL = originalVoice();

test("FLAC and FLAC in Ogg: the samples that were encoded, to the bit", async () => {
  for (const name of ["voice.flac", "voice.oga"]) {
    const sound = await readSound(soundFixture(name));
    assert.deepEqual([sound.format, sound.channels, sound.sampleRate, sound.warnings], ["s16", 1, 16000, []]);
    assert.deepEqual(
      Int16Array.from(sound.samples, (value) => value * 32768),
      ORIGINAL,
      name,
    );
  }
  const deep = await readSound(soundFixture("deep.flac"));
  const example = parseWav(readFileSync(join(repositoryRoot, "examples/mono-48000hz-24bit.wav")));
  assert.deepEqual([deep.format, deep.channels, deep.sampleRate, example.format], ["s24", 1, 48000, "s24"]);
  assert.deepEqual(deep.samples, example.samples.subarray(14400, 14400 + 9600));
});

interface Lossy {
  channels: number;
  sampleRate: number;
  frames: number;
  /** The least signal-to-noise ratio to another decoder in dB. */
  noise: number;
  /** ffmpeg's decoder, if its own one resamples in another way. */
  decoder?: string;
}

/** Encoder delay and padding are taken off where the file says them: MP3 (LAME's tag), Vorbis, Opus. */
const LOSSY: Readonly<Record<string, Lossy>> = {
  "voice.mp3": { channels: 1, sampleRate: 16000, frames: 14400, noise: 100 },
  "stereo.mp3": { channels: 2, sampleRate: 24000, frames: 12000, noise: 65 },
  "voice.ogg": { channels: 1, sampleRate: 16000, frames: 14400, noise: 120 },
  "voice.opus": { channels: 1, sampleRate: 48000, frames: 43200, noise: 75, decoder: "libopus" },
  "stereo.opus": { channels: 2, sampleRate: 48000, frames: 24000, noise: 75, decoder: "libopus" },
  "ffmpeg.webm": { channels: 1, sampleRate: 48000, frames: 43200, noise: 75, decoder: "libopus" },
  "voice.webm": { channels: 2, sampleRate: 48000, frames: 40320, noise: 75, decoder: "libopus" },
};

for (const [name, { channels, sampleRate, frames, noise, decoder }] of Object.entries(LOSSY)) {
  test(`${name}: within a stated difference of another decoder, sample by sample`, { skip: skipWithoutFfmpeg }, async (t) => {
    const sound = await readSound(soundFixture(name));
    assert.deepEqual(
      [sound.format, sound.channels, sound.sampleRate, sound.frames, sound.warnings],
      ["f32", channels, sampleRate, frames, []],
    );
    assert.equal(sound.header.readUInt32LE(40), frames * channels * 4, "the header says the length");
    const other = ffmpegSamples(soundFixture(name), decoder);
    const ratio = signalToNoise(mono(sound.samples, channels), mono(other, other.length / frames));
    t.diagnostic(`${ratio.toFixed(1)} dB`);
    assert.ok(ratio >= noise, `${ratio} dB`);
  });
}

test("a lossy copy lies where the original does: the delay of the encoder is taken off", async (t) => {
  for (const name of ["voice.mp3", "voice.ogg", "voice.opus"]) {
    const { samples, channels, sampleRate } = await readSound(soundFixture(name));
    const step = sampleRate / 16000;
    const copy = Float64Array.from(
      { length: ORIGINAL.length },
      (_, index) => mono(samples.subarray(index * step * channels, (index * step + 1) * channels), channels)[0]!,
    );
    const product = (lag: number): number => ORIGINAL.reduce((sum, value, index) => sum + value * (copy[index + lag] ?? 0), 0);
    const lags = Array.from({ length: 601 }, (_, index) => index - 300);
    const best = lags.reduce((a, b) => (product(b) > product(a) ? b : a));
    t.diagnostic(`${name}: ${best} samples at 16 kHz`);
    assert.ok(Math.abs(best) <= 1, `${name}: ${best}`);
  }
});

test("what only ffmpeg decodes: its samples, to the bit", { skip: skipWithoutFfmpeg }, async () => {
  for (const name of ["voice.m4a", "voice.aac", "vorbis.webm", "ms-adpcm.wav"]) {
    const sound = await readSound(soundFixture(name));
    assert.deepEqual([sound.format, sound.channels, sound.sampleRate, sound.warnings], ["f32", 1, 16000, []], name);
    assert.deepEqual(Float32Array.from(sound.samples), ffmpegSamples(soundFixture(name)), name);
  }
});

test("every copy has the original's label, and probabilities near it", async (t) => {
  const recognizer = await createRecognizer({ model: "micro" });
  const original = recognizer.classify(ORIGINAL, { sampleRate: 16000 });
  const names = ["voice.flac", "voice.oga", "voice.mp3", "voice.ogg", "voice.opus", "voice.webm", "ffmpeg.webm"];
  for (const name of skipWithoutFfmpeg ? names : [...names, "voice.m4a", "voice.aac", "vorbis.webm", "ms-adpcm.wav"]) {
    const { samples, channels, sampleRate } = await readSound(soundFixture(name));
    const copy = recognizer.classify(Float32Array.from(samples), { sampleRate, channels });
    const differences = recognizer.model.classes.map((label) => Math.abs(copy.probabilities[label]! - original.probabilities[label]!));
    t.diagnostic(`${name}: ${copy.label} ${copy.confidence.toFixed(3)}, largest difference ${Math.max(...differences).toFixed(3)}`);
    assert.equal(copy.label, original.label, name);
    if (/flac|oga/.test(name)) assert.deepEqual(copy.logits, original.logits, name);
  }
});

test("ID3 tags of any length before a sound of any format", async () => {
  const work = mkdtempSync(join(tmpdir(), "light-sernet-id3-"));
  try {
    const tag = (bytes: number): Buffer =>
      Buffer.concat([
        Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, bytes >> 21, (bytes >> 14) & 127, (bytes >> 7) & 127, bytes & 127]),
        Buffer.alloc(bytes, "fLaC"),
      ]);
    const wav = join(work, "voice.wav");
    writeFileSync(wav, wavFile(ORIGINAL));
    for (const file of [wav, ...["voice.flac", "voice.mp3", "voice.ogg"].map(soundFixture)]) {
      const tagged = join(work, "tagged");
      const { samples } = await readSound(file);
      for (const tags of [[0], [5000], [200_000, 30]]) {
        writeFileSync(tagged, Buffer.concat([...tags.map(tag), readFileSync(file)]));
        assert.deepEqual(await readSound(tagged).then((sound) => [sound.samples, sound.warnings]), [samples, []], `${file}, ${tags}`);
        assert.deepEqual(parseWav(Buffer.from(await readWholeSound(tagged, 300_000))).samples, samples);
      }
    }
  } finally {
    rmSync(work, { recursive: true });
  }
});

test("a sample rate that the module does not take is named", { skip: skipWithoutFfmpeg }, async () => {
  const work = mkdtempSync(join(tmpdir(), "light-sernet-rate-"));
  try {
    for (const name of ["low.flac", "low.m4a"]) {
      ffmpegOutput(["-i", soundFixture("voice.flac"), "-ar", "7350", join(work, name)]);
      await assert.rejects(readSound(join(work, name)), {
        message: /^the sample rate of this (FLAC|M4A) file, 7,350 Hz, is outside 8,000 to 192,000 Hz; resample it$/,
      });
    }
  } finally {
    rmSync(work, { recursive: true });
  }
});

test("odd pieces of a file decode to what one piece does", async () => {
  for (const name of ["voice.flac", "voice.oga", "voice.mp3", "voice.ogg", "stereo.opus", "voice.webm", "ffmpeg.webm"]) {
    const bytes = readFileSync(soundFixture(name));
    const kind = compressedKind(bytes) as ReturnType<typeof compressedKind> & { decoder: PackagedDecoder };
    const decoded = async (size: number): Promise<Buffer> => {
      async function* pieces() {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      }
      const parts: Uint8Array[] = [];
      for await (const piece of decodePackaged(pieces(), kind, assert.fail)) parts.push(piece.bytes);
      return Buffer.concat(parts);
    };
    const whole = await decoded(bytes.length);
    assert.ok(whole.length > 20000);
    for (const size of [331]) assert.ok(whole.equals(await decoded(size)), `${name} in pieces of ${size} bytes`);
  }
});
