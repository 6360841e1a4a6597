/** What a sound is, by its first bytes. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compressedKind, KIND_BYTES, thisSound } from "../../ts-tools/sounds/sound_kind.js";
import { repositoryRoot } from "../support/paths.js";
import { noise } from "../support/sounds.js";
import { wavFile } from "../support/wav.js";
import { soundFixture } from "./sound_fixtures.js";

const FIXTURES: Readonly<Record<string, readonly [string, string?]>> = {
  "deep.flac": ["a FLAC file", "flac"],
  "ffmpeg.webm": ["a WebM file", "webmOpus"],
  "ms-adpcm.wav": ["a WAV file with MS ADPCM"],
  "short-end.flac": ["a FLAC file", "flac"],
  "stereo.mp3": ["an MP3 file", "mp3"],
  "stereo.opus": ["an Ogg Opus file", "oggOpus"],
  "voice.aac": ["an AAC file (ADTS)"],
  "voice.flac": ["a FLAC file", "flac"],
  "voice.m4a": ["an M4A file"],
  "voice.mp3": ["an MP3 file", "mp3"],
  "voice.oga": ["an Ogg FLAC file", "oggFlac"],
  "voice.ogg": ["an Ogg Vorbis file", "vorbis"],
  "voice.opus": ["an Ogg Opus file", "oggOpus"],
  "voice.webm": ["a WebM file", "webmOpus"],
  "vorbis.webm": ["a WebM file"],
  "wasted.flac": ["a FLAC file", "flac"],
  "wide.flac": ["a FLAC file", "flac"],
};

test("files of real encoders", () => {
  const names = readdirSync(soundFixture(".")).filter((name) => !/\.(sh|mjs)$/.test(name));
  assert.deepEqual(names.sort(), Object.keys(FIXTURES));
  for (const [name, [expected, decoder]] of Object.entries(FIXTURES)) {
    const kind = compressedKind(readFileSync(soundFixture(name)).subarray(0, KIND_BYTES), name === "stereo.mp3");
    assert.deepEqual([kind?.name, kind?.decoder], [expected, decoder], name);
  }
});

const text = (...parts: (string | number)[]): Buffer =>
  Buffer.concat([...parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.alloc(part))), Buffer.alloc(40)]);

test("marks of formats that ffmpeg decodes", () => {
  const marks: [Buffer, string][] = [
    [text("\x00\x00\x00\x20ftypM4A "), "an M4A file"],
    [text("\x00\x00\x00\x18ftyp3gp4"), "a 3GP file"],
    [text("\x00\x00\x00\x18ftypmp42"), "an MP4 or M4A file"],
    [text("\x00\x00\x10\x00moov"), "a QuickTime file"],
    [text("#!AMR\n"), "an AMR file"],
    [text("caff\x00\x01"), "a CAF file"],
    [text("FORM", 4, "AIFF"), "an AIFF file"],
    [text("\x30\x26\xb2\x75\x8e\x66\xcf\x11"), "a WMA file"],
    [text("OggS", 22, "\x01\x1eSpeex   "), "an Ogg Speex file"],
    [text("RIFX", 4, "WAVE"), "a big-endian WAV file"],
    [text("\x1a\x45\xdf\xa3\x8bB\x82\x88matroska", "\x18\x53\x80\x67\xff\x16\x54\xae\x6b\x89\xae\x87\x86\x85A_AAC"), "a Matroska file"],
  ];
  // Without a document type, or cut.
  marks.push([text("\x1a\x45\xdf\xa3"), "a WebM or Matroska file"], [text("\x1a\x45\xdf\xa3", 4000), "a WebM or Matroska file"]);
  for (const [bytes, name] of marks) assert.deepEqual([compressedKind(bytes)?.name, compressedKind(bytes)?.decoder], [name, undefined]);
  assert.equal(thisSound({ name: "an MP3 file" }), "this MP3 file");
});

test("MPEG audio that does not begin with a frame", () => {
  const mp3 = readFileSync(soundFixture("voice.mp3"));
  const junk = Buffer.from(noise(700).buffer);
  for (const bytes of [mp3.subarray(50), Buffer.concat([junk, mp3]), Buffer.concat([Buffer.alloc(1500), mp3])])
    assert.equal(compressedKind(bytes.subarray(0, KIND_BYTES))?.decoder, "mp3");
});

test("every coding of a WAV file that the module does not read; not those that it reads", () => {
  for (const tag of [1, 3, 6, 7, 0xfffe]) assert.equal(compressedKind(wavFile([1, 2], { lie: { tag } })), undefined);
  for (const [tag, coding] of [
    [2, "MS ADPCM"],
    [0x11, "IMA ADPCM"],
    [0x31, "GSM 6.10"],
    [0x55, "MP3"],
  ] as const) {
    const before = [{ id: "JUNK", bytes: new Uint8Array(29) }];
    const kind = compressedKind(wavFile([1, 2], { lie: { tag }, beforeFormat: before }));
    assert.deepEqual(kind, { name: `a WAV file with ${coding}`, isWav: true });
  }
});

test("WAV files, texts, noise, and any beginning of a file are left to the module", () => {
  for (const name of ["speech", "long", "mono-22050hz-float", "mono-96000hz-32bit-extensible"])
    assert.equal(compressedKind(readFileSync(join(repositoryRoot, "examples", `${name}.wav`))), undefined);
  for (const bytes of [
    text(),
    text("<!doctype html>"),
    text("version https://git-lfs"),
    Buffer.from(noise(9000).buffer),
    Buffer.alloc(9, 255),
  ])
    assert.equal(compressedKind(bytes), undefined);
  for (const name of Object.keys(FIXTURES)) {
    const bytes = readFileSync(soundFixture(name));
    for (let length = 0; length < 300; length++) compressedKind(bytes.subarray(0, length));
  }
});
