/** Our FLAC decoder: against the checksum of the samples that every encoder writes into the file, and on files that are damaged. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { FlacDecoder, OggFlacDecoder } from "../../ts-tools/sounds/flac_stream.js";
import { pcmOf } from "../../ts-tools/sounds/pcm_of.js";
import type { PieceDecoder } from "../../ts-tools/sounds/piece_decoder.js";
import { ffmpegOutput, skipWithoutFfmpeg } from "../support/ffmpeg.js";
import { noise } from "../support/sounds.js";
import { originalVoice, soundFixture } from "./sound_fixtures.js";

interface Flac {
  /** As in a WAV file. */
  samples: Buffer;
  errors: string[];
}

async function decode(bytes: Uint8Array, decoder: PieceDecoder = new FlacDecoder(), pieceBytes = 65536): Promise<Flac> {
  const all = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) all.push(...(await decoder.decode(bytes.subarray(at, at + pieceBytes))));
  all.push(...(await decoder.end()));
  const sound = all.filter(({ samplesDecoded }) => samplesDecoded > 0);
  return {
    samples: Buffer.concat(sound.map((decoded) => pcmOf(decoded).bytes)),
    errors: all.flatMap(({ errors }) => errors.map(({ message }) => message)),
  };
}

/** Where STREAMINFO has the MD5 sum of the samples, after the file's mark and the header of the block. */
const MD5_AT = 8 + 18;

async function checkSum(bytes: Buffer, name: string, decoder?: PieceDecoder): Promise<void> {
  const { samples, errors } = await decode(bytes, decoder);
  assert.deepEqual(errors, [], name);
  assert.ok(samples.length > 0, name);
  const info = bytes.indexOf("fLaC", 0, "latin1");
  const sum = bytes.toString("hex", info + MD5_AT, info + MD5_AT + 16);
  assert.equal(createHash("md5").update(samples).digest("hex"), sum, name);
}

test("files of libFLAC: 16, 24 and 32 bits, a difference of 33 bits, bits that are always 0, a last frame of one sample, Ogg", async () => {
  for (const name of ["voice.flac", "deep.flac", "short-end.flac", "wide.flac", "wasted.flac"])
    await checkSum(readFileSync(soundFixture(name)), name);
  await checkSum(readFileSync(soundFixture("voice.oga")), "voice.oga", new OggFlacDecoder());
});

test("files of ffmpeg: every way to code two channels, a predictor, and a length", { skip: skipWithoutFfmpeg }, async () => {
  const work = mkdtempSync(join(tmpdir(), "light-sernet-flac-"));
  const encode = (input: readonly string[], ...output: string[]): Buffer => {
    // Into a file: ffmpeg writes the checksum last, for which it must go back.
    const file = join(work, "encoded.flac");
    ffmpegOutput(["-y", "-ar", "44100", ...input, ...output, "-bitexact", file]);
    return readFileSync(file);
  };
  try {
    for (const channels of [1, 2, 3, 8]) {
      const file = join(work, "samples");
      const tone = Array.from(noise(6000 * channels), (value, index) => Math.round(9000 * Math.sin(index / (9 * channels)) + value / 50));
      writeFileSync(file, Buffer.from(Int16Array.from(tone).buffer));
      const input = ["-f", "s16le", "-ac", String(channels), "-i", file];
      const ways = channels === 2 ? ["indep", "left_side", "right_side", "mid_side"] : ["auto"];
      for (const way of ways)
        for (const predictor of ["none", "fixed", "levinson", "cholesky"]) {
          const options = ["-lpc_type", predictor, ...(channels === 2 ? ["-ch_mode", way] : [])];
          await checkSum(encode(input, ...options), `${channels} channels, ${way}, ${predictor}`);
        }
      for (const size of ["16", "192", "1000", "65535"])
        await checkSum(encode(input, "-frame_size", size), `${channels} channels in blocks of ${size}`);
      await checkSum(encode(input, "-sample_fmt", "s32"), `${channels} channels of 24 bits`);
    }
  } finally {
    rmSync(work, { recursive: true });
  }
});

const VOICE = readFileSync(soundFixture("voice.flac"));
const SAMPLES = Buffer.from(originalVoice().buffer);

test("a damaged frame is left out, and what follows it is heard", async () => {
  const random = Buffer.from(noise(2000).buffer);
  for (const count of [1, 40, 3000]) {
    const damaged = Buffer.from(VOICE);
    // In the second of four frames.
    for (let index = 0; index < count; index++) damaged[8000 + index]! ^= random[index]! | 1;
    for (const pieceBytes of [65536, 777]) {
      const { samples, errors } = await decode(damaged, new FlacDecoder(), pieceBytes);
      assert.ok(samples.equals(Buffer.concat([SAMPLES.subarray(0, 2 * 4096), SAMPLES.subarray(4 * 4096)])), `${count} bytes`);
      assert.equal(errors[0], "10,304 of 14,400 samples are there");
    }
  }
  const { samples } = await decode(Buffer.concat([VOICE.subarray(0, 9000), Buffer.alloc(200), VOICE.subarray(9000)]));
  assert.ok(samples.equals(Buffer.concat([SAMPLES.subarray(0, 2 * 4096), SAMPLES.subarray(4 * 4096)])), "bytes in the middle");
});

test("an unknown length, large metadata, a tag after the sound, two files one after another", async () => {
  const unknown = Buffer.from(VOICE);
  unknown[21]! &= 0xf0;
  unknown.fill(0, 22, 26);
  const tag = Buffer.from("TAG".padEnd(128));
  for (const bytes of [unknown, Buffer.concat([unknown, tag]), Buffer.concat([VOICE, tag])]) {
    const { samples, errors } = await decode(bytes);
    assert.ok(samples.equals(SAMPLES));
    assert.deepEqual(errors, []);
  }
  assert.deepEqual((await decode(unknown.subarray(0, 12000))).errors, ["it ends early"]);
  // A block of a picture after STREAMINFO, with the mark of a stream and of frames in it.
  const picture = Buffer.from("fLaC\xff\xf8\xff\xf8".repeat(20000), "latin1");
  const head = Buffer.from([6, picture.length >> 16, (picture.length >> 8) & 0xff, picture.length & 0xff]);
  const large = Buffer.concat([VOICE.subarray(0, 42), head, picture, VOICE.subarray(42)]);
  assert.equal(VOICE[4]! & 0x80, 0, "more metadata follows STREAMINFO");
  for (const pieceBytes of [65536, 1000]) assert.ok((await decode(large, new FlacDecoder(), pieceBytes)).samples.equals(SAMPLES));
  assert.ok((await decode(Buffer.concat([VOICE, VOICE]))).samples.equals(Buffer.concat([SAMPLES, SAMPLES])));
});

test("no bytes make it loop or fail in another way than by a sentence", async () => {
  const random = Buffer.from(noise(40000).buffer);
  for (let from = 4; from < 200; from += 3) {
    const changed = Buffer.from(VOICE.subarray(0, 9000));
    random.copy(changed, from, 10 * from, 10 * from + 4);
    try {
      await decode(changed);
    } catch (error) {
      assert.equal((error as Error).message, "its head is damaged");
    }
  }
  assert.equal((await decode(Buffer.concat([VOICE.subarray(0, 3000), random]))).samples.length, 0);
});
