/** Files that are damaged, end early or are not what they begin like: one sentence, or what could be decoded and a warning; never a crash, never a hang. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { wavOfDecoded } from "../../ts-tools/sounds/decoded_wav.js";
import { decodeWithFfmpeg } from "../../ts-tools/sounds/ffmpeg.js";
import type { PcmPiece } from "../../ts-tools/sounds/pcm.js";
import { readPieces, readWholeSound } from "../../ts-tools/sounds/sound_bytes.js";
import { compressedKind } from "../../ts-tools/sounds/sound_kind.js";
import { noise } from "../support/sounds.js";
import { wavFile } from "../support/wav.js";
import { parseWav, type ReadSound, readSound, soundFixture } from "./sound_fixtures.js";

const work = mkdtempSync(join(tmpdir(), "light-sernet-damaged-"));
after(() => rmSync(work, { recursive: true }));

const NAMES = [
  "voice.flac",
  "short-end.flac",
  "voice.oga",
  "voice.mp3",
  "stereo.mp3",
  "voice.ogg",
  "voice.opus",
  "stereo.opus",
  "voice.webm",
  "ffmpeg.webm",
];
const RANDOM = Buffer.from(noise(8000).buffer);

function written(bytes: Uint8Array): string {
  const file = join(work, "sound");
  writeFileSync(file, bytes);
  return file;
}

const read = (bytes: Uint8Array): Promise<ReadSound> => readSound(written(bytes));

test("a file that ends early: the part that is there, with a warning where the format can tell", async () => {
  for (const [name, frames] of [
    ["voice.flac", 4096],
    ["voice.oga", 4096],
  ] as const) {
    const bytes = readFileSync(soundFixture(name));
    const sound = await read(bytes.subarray(0, bytes.length >> 1));
    assert.equal(sound.frames, frames, name);
    assert.equal(sound.warnings.length, 1);
    assert.match(
      sound.warnings[0]!,
      /^this (Ogg )?FLAC file is damaged or incomplete \((4,096 of 14,400 samples are there|it ends early)\); what could/,
    );
  }
  for (const name of ["voice.mp3", "stereo.mp3", "voice.ogg", "voice.webm", "ffmpeg.webm"]) {
    const bytes = readFileSync(soundFixture(name));
    const whole = (await read(bytes)).frames;
    const { frames, header, channels, warnings } = await read(bytes.subarray(0, bytes.length * 0.75));
    assert.ok(frames > whole / 2 && frames < whole, `${name}: ${frames} of ${whole}`);
    assert.equal(header.readUInt32LE(40), 4 * frames * channels);
    if (name === "voice.ogg")
      assert.deepEqual(warnings, ["this Ogg Vorbis file is damaged or incomplete (it ends early); what could be decoded is used"]);
    else
      assert.match(
        warnings.join(),
        /^this (MP3|WebM) file is damaged or incomplete \((it ends early|[\d,]+ of (14,400|12,000) samples are there)\); what could be decoded is used$/,
      );
  }
});

test("only the beginning of a file, or its mark and then nothing: one sentence that names the format", async () => {
  const sentence = /^this (Ogg )?(FLAC|MP3|Vorbis|Opus|WebM) file has no sound that can be decoded(| \([^\n]*\)); get or record it again$/;
  // The beginning of ffmpeg's WebM does not name the codec yet.
  for (const name of NAMES.filter((name) => name !== "ffmpeg.webm")) {
    const bytes = readFileSync(soundFixture(name));
    // An MP3 file without a tag is known by two frames only.
    const tagged = name === "voice.mp3" ? "stereo.mp3" : name;
    const begun = Buffer.concat([readFileSync(soundFixture(tagged)).subarray(0, name === "voice.webm" ? 120 : 200), Buffer.alloc(4000)]);
    await assert.rejects(read(begun), { message: sentence }, `${name}: the beginning and zeros`);
    const short = name === "voice.webm" ? 120 : 100;
    if (name !== "voice.mp3") await assert.rejects(read(bytes.subarray(0, short)), { message: sentence }, `${name}: ${short} bytes`);
  }
});

test("changed bytes: a sentence or some sound, always in time", { timeout: 300_000 }, async () => {
  for (const name of NAMES) {
    const bytes = readFileSync(soundFixture(name));
    for (let round = 0; round < 4; round++) {
      const changed = Buffer.from(bytes);
      const [from, count] = [Math.floor((bytes.length * (round + 1)) / 6), round % 2 === 0 ? 20 : 600];
      RANDOM.copy(changed, from, 1000 * round, 1000 * round + count);
      try {
        const { frames, warnings } = await read(changed);
        assert.ok(frames > 0 && warnings.length <= 1);
      } catch (error) {
        assert.match((error as Error).message, /^this [^\n]* file has no sound that can be decoded[^\n]*$/, `${name}, round ${round}`);
      }
    }
  }
});

test("two files one after another are both heard, and bytes after the end are not", async () => {
  for (const name of ["voice.mp3", "stereo.mp3", "voice.oga", "voice.opus", "stereo.opus", "voice.webm"]) {
    const bytes = readFileSync(soundFixture(name));
    const { frames } = await read(bytes);
    assert.ok((await read(Buffer.concat([bytes, bytes]))).frames >= 1.95 * frames, name);
  }
  for (const name of ["voice.oga", "voice.ogg", "voice.opus"]) {
    const bytes = readFileSync(soundFixture(name));
    assert.equal((await read(Buffer.concat([bytes, Buffer.alloc(1000)]))).frames, (await read(bytes)).frames, name);
  }
  // An ID3v1 tag, as some programs add it to everything.
  for (const name of ["voice.flac", "voice.mp3"]) {
    const bytes = readFileSync(soundFixture(name));
    const tag = Buffer.alloc(128, " ");
    tag.write("TAG");
    assert.equal((await read(Buffer.concat([bytes, tag]))).frames, 14400, name);
  }
});

test("a header never says a wrong length: a long sound is decoded twice, or says that it does not know", async () => {
  let times = 0;
  async function* decode(): AsyncGenerator<PcmPiece> {
    times++;
    for (let index = 0; index < 50; index++)
      yield { layout: { format: "s16", channels: 1, sampleRate: 16000 }, bytes: Buffer.alloc(1000, index) };
  }
  const wav = async (again: boolean, mostHeld: number): Promise<Buffer> => {
    times = 0;
    const pieces: Uint8Array[] = [];
    for await (const piece of wavOfDecoded(decode, again, assert.fail, mostHeld)) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  const held = await wav(true, 50000);
  assert.deepEqual(
    [times, held.length, parseWav(held).frames, held.readUInt32LE(40), held.readUInt32LE(4)],
    [1, 50044, 25000, 50000, 50036],
  );
  const twice = await wav(true, 49999);
  assert.equal(times, 2);
  assert.deepEqual(twice, held);
  const once = await wav(false, 20000);
  assert.deepEqual([times, once.readUInt32LE(40), once.readUInt32LE(4)], [1, 2 ** 32 - 1, 2 ** 32 - 1]);
  assert.deepEqual(once.subarray(44), held.subarray(44));
});

test("a whole sound: plain files as they are, decoded ones up to a limit", async () => {
  const plain = wavFile(noise(1000));
  assert.deepEqual(Buffer.from(await readWholeSound(written(plain), 3000)), Buffer.from(plain));
  assert.equal(parseWav(Buffer.from(await readWholeSound(soundFixture("voice.flac"), 10000))).frames, 14400);
  await assert.rejects(readWholeSound(soundFixture("voice.flac"), 5000), {
    message: /^this sound is too long to be read at once; cut it into parts$/,
  });
  await assert.rejects(readWholeSound(work, 5000), { message: /is a folder, not a file/ });
});

/** A program in the place of ffmpeg. */
function program(script: string): string {
  const file = join(work, "ffmpeg.sh");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

async function decodeWith(script: string, warnings: string[] = []): Promise<number> {
  let bytes = 0;
  const kind = compressedKind(readFileSync(soundFixture("voice.m4a")))!;
  for await (const piece of decodeWithFfmpeg(program(script), "talk.m4a", kind, (sentence) => warnings.push(sentence)))
    bytes += piece.bytes.length;
  return bytes;
}

const HEADER =
  "printf 'RIFF\\377\\377\\377\\377WAVEfmt \\020\\000\\000\\000\\003\\000\\001\\000\\200\\076\\000\\000\\000\\372\\000\\000\\004\\000\\040\\000data\\377\\377\\377\\377'";

test("ffmpeg that fails, says something, writes nothing, or is not there: named with what it says", async () => {
  const failing = decodeWith("echo first >&2; echo 'moov atom not found' >&2; exit 183");
  await assert.rejects(failing, { message: "ffmpeg cannot decode this M4A file (moov atom not found); get or record it again" });
  await assert.rejects(decodeWith(`${HEADER}; printf 12345678; exit 3`), {
    message: /^ffmpeg cannot decode this M4A file \(it ended with 3\); /,
  });
  await assert.rejects(decodeWith(HEADER), { message: /^this M4A file has no sound that ffmpeg can decode \(it is empty\); / });
  await assert.rejects(decodeWith("head -c 9000 /dev/zero"), { message: /^ffmpeg did not write a WAV file; / });
  const leaking = decodeWith("echo '[mov,mp4 @ 0x55ad0f]moov atom not found' >&2; echo 'file:talk.m4a: Invalid data' >&2; exit 1");
  await assert.rejects(leaking, { message: "ffmpeg cannot decode this M4A file (moov atom not found); get or record it again" });
  await assert.rejects(decodeWith("echo 'file:talk.m4a: Invalid data' >&2; exit 1"), {
    message: "ffmpeg cannot decode this M4A file (Invalid data); get or record it again",
  });
  const silent = decodeWith("echo \"Stream map '0:a:0' matches no streams.\nTo ignore this, add a trailing '?' to the map.\" >&2; exit 1");
  await assert.rejects(silent, { message: "this M4A file holds no sound; get or record it again" });
  const warnings: string[] = [];
  assert.equal(await decodeWith(`${HEADER}; printf 123456789; echo 'a packet is damaged' >&2`, warnings), 8);
  assert.deepEqual(warnings, ["ffmpeg says of this M4A file: a packet is damaged; what it could decode is used"]);
  const kind = compressedKind(readFileSync(soundFixture("voice.m4a")))!;
  const missing = decodeWithFfmpeg(join(work, "none"), "talk.m4a", kind, assert.fail);
  await assert.rejects(missing.next(), { message: /^ffmpeg cannot decode this M4A file \(it cannot be run: spawn [^\n]*ENOENT\); / });
});

test("ffmpeg is ended when nobody reads on", async () => {
  const pidFile = join(work, "pid");
  const script = `echo $$ > ${pidFile}; ${HEADER}; exec cat /dev/zero`;
  const kind = compressedKind(readFileSync(soundFixture("voice.m4a")))!;
  for await (const piece of decodeWithFfmpeg(program(script), "talk.m4a", kind, assert.fail)) {
    assert.ok(piece.bytes.length > 0);
    break;
  }
  const pid = Number(readFileSync(pidFile, "utf8"));
  const isAlive = (): boolean => existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  for (let tries = 0; isAlive() && tries < 100; tries++) await setTimeout(50);
  assert.ok(!isAlive());
});

test("reading can stop in the middle", async () => {
  for (const name of ["voice.flac", "voice.opus"]) {
    const pieces = readPieces(soundFixture(name));
    assert.equal((await pieces.next()).value?.length, 44);
    await pieces.return(undefined);
  }
});
