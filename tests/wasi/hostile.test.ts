import assert from "node:assert/strict";
import { test } from "node:test";
import { STATUS, type StatusName, WARNING } from "../../ts-tools/abi/status.js";
import { repositoryRoot } from "../support/paths.js";
import { voice } from "../support/sounds.js";
import { type Chunk, hostileWavs, wavFile, wronglyLongWavs } from "../support/wav.js";
import { type Outcome, run, runOnFile, skip } from "./command.js";
import { reportOf } from "./report.js";

function assertRefused({ code, output, errors }: Outcome, status: StatusName): void {
  assert.equal(errors, `light-sernet: ${STATUS[status].sentence}\n`);
  assert.equal(code, 1);
  assert.equal(output, "");
}

for (const { name, bytes, status } of hostileWavs()) {
  test(`${name} is refused: ${STATUS[status].sentence}`, { skip }, () => {
    assertRefused(run(bytes), status);
  });
}

const SOUND = voice(2000);
/** A format chunk of 40 bytes, as an extensible one has, with changes at some byte offsets. */
function extensible(changes: Record<number, number>): Uint8Array {
  const bytes = wavFile(SOUND, { extensible: true });
  for (const [offset, value] of Object.entries(changes)) bytes[20 + Number(offset)] = value;
  return bytes;
}

test("a sub-format that is not the standard one counts as compressed", { skip }, () => {
  reportOf(run(extensible({})));
  for (let offset = 26; offset < 40; offset++) {
    const bytes = extensible({});
    assertRefused(run(extensible({ [offset]: bytes[20 + offset]! ^ 1 })), "WAV_COMPRESSED");
  }
  assertRefused(run(extensible({ 24: 2 })), "WAV_ADPCM");
});

test("an extensible format: more valid bits than bits, or no room for the extension", { skip }, () => {
  assertRefused(run(extensible({ 18: 17 })), "WAV_BAD_BLOCK");
  assertRefused(run(wavFile(SOUND, { lie: { tag: 0xfffe }, formatExtra: new Uint8Array(2) })), "WAV_NO_FORMAT");
  reportOf(run(extensible({ 18: 12 })));
  reportOf(run(extensible({ 18: 0 })));
});

test("samples before the format chunk", { skip }, () => {
  const late: Chunk = { id: "data", bytes: new Uint8Array(8) };
  assertRefused(run(wavFile(SOUND, { beforeFormat: [late] })), "WAV_NO_FORMAT");
});

test("a chunk of 2^32 - 1 bytes and its pad byte are skipped, not taken for an empty chunk", { skip }, () => {
  const huge: Chunk = { id: "JUNK", bytes: new Uint8Array(0), size: 0xffffffff };
  assertRefused(run(wavFile(SOUND, { beforeData: [huge] })), "WAV_NO_DATA");
});

test("a header that is wrong about the length: all whole frames, and one warning", { skip }, () => {
  for (const { name, bytes, warning, samples } of wronglyLongWavs(SOUND)) {
    const { code, output, errors } = run(bytes);
    assert.equal(code, 0, `${name}: ${errors}`);
    assert.equal(errors, `light-sernet: warning: ${WARNING[warning].sentence}\n`, name);
    const report = reportOf({ code, output, errors });
    assert.deepEqual(report.input.warnings, [warning], name);
    assert.deepEqual(report.warnings, [WARNING[warning].sentence], name);
    assert.deepEqual(report.logits, reportOf(run(wavFile(samples))).logits, name);
  }
});

test("as many channels as fit are read, one more is not", { skip }, () => {
  const most = 1024 / 2;
  reportOf(run(wavFile(new Int16Array(most * 3), { channels: most })));
  assertRefused(run(wavFile(new Int16Array((most + 1) * 3), { channels: most + 1 })), "WAV_TOO_MANY_CHANNELS");
});

test("standard input that cannot be read: a folder", { skip }, () => {
  const { code, output, errors } = runOnFile(repositoryRoot);
  assert.equal(code, 1);
  assert.equal(output, "");
  assert.match(errors, /^light-sernet: standard input cannot be read; [^\n]+\n$/);
});
