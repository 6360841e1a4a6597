/** A module that stands in for one with a stream: its answers depend on the samples, but it has no network. Until the real one is there. */
import asc from "assemblyscript/asc";
import { ABI_VERSION, EXPORTS, type ExportedFunction, STREAM_EXPORTS } from "../../ts-tools/abi/exports.js";

const OWN = `
let input: i32 = 1024, record: i32 = 2048, probs: i32 = 2112, logits: i32 = 2176, mel: i32 = 2304, names: i32 = 3072, hash: i32 = 3200;
let format: i32 = 2, channels: i32 = 1, rate: i32 = 16000;
let frames: u32 = 0, count: u64 = 0, sub: i64 = 0, quiet: i32 = 100000, sum: f64 = 0, events: i32 = 0, speaking: i32 = 0, changed: u32 = 0, since: i32 = 0, n: i32 = 0, started: bool = false;
export function abiVersion(): i32 { return ${ABI_VERSION}; }
export function modelIdAddress(): i32 { store<u32>(names + 64, 0x62757473); store<u32>(names + 68, 0); return names + 64; }
export function modelHashAddress(): i32 { memory.fill(hash, 0x30, 64); store<u8>(hash + 64, 0); return hash; }
export function classCount(): i32 { return 3; }
export function classNameAddress(i: i32): i32 { if (i < 0 || i > 2) return 0;
  store<u32>(names + i * 8, i == 0 ? 0x6d6c6163 : i == 1 ? 0x72676e61 : 0x00646173); store<u32>(names + i * 8 + 4, i == 1 ? 0x79 : 0); return names + i * 8; }
export function acceptThreshold(): f32 { return 0.5; }
export function sampleRate(): i32 { return 16000; }
export function windowSamples(): i32 { return 48000; }
export function hopSamples(): i32 { return 256; }
export function frameCount(): i32 { return 184; }
export function coefficientCount(): i32 { return 40; }
export function inputAddress(): i32 { return input; }
export function inputCapacity(): i32 { return 1024; }
export function probabilitiesAddress(): i32 { return probs; }
export function logitsAddress(): i32 { return logits; }
export function melAddress(): i32 { return mel; }
export function streamAnswer(): i32 { return record; }
export function setInput(f: i32, c: i32, r: i32): i32 { if (r < 8000 || r > 192000) return -4; if (c < 1 || c > 64) return -5; format = f; channels = c; rate = r; started = false; return 0; }
export function startStream(): i32 { frames = 0; count = 0; sub = 0; quiet = 100000; sum = 0; events = 0; speaking = 0; changed = 0; since = 0; n = 0; started = true; memory.fill(record, 0, 40); return 0; }
export function setStream(s: i32, h: i32): i32 { return 0; }
export function streamEvents(): i32 { const e = events; events = 0; return e; }
function one(x: f64): void {
  sub += 16000;
  if (Math.abs(x) > 0.05) quiet = 0; else quiet++;
  sum += x * x;
  while (sub >= (rate as i64)) { sub -= rate; tick(); }
}
function tick(): void {
  count++;
  if (count >= 1024 && (count - 1024) % 256 == 0) frame();
}
function frame(): void {
  frames++;
  const level = 10 * Math.log10(sum / 256 + 1e-9); sum = 0;
  for (let i = 0; i < 128; i++) store<f32>(mel + 4 * i, f32(level / 4 - 0.05 * i));
  const speaks = quiet < 4000 ? 1 : 0;
  if (speaks != speaking) { speaking = speaks; changed = frames; events |= speaks ? 2 : 4; }
  if (speaks) since++; 
  store<u32>(record, frames); store<i32>(record + 4, speaking); store<i32>(record + 8, i32(100 * level)); store<u32>(record + 12, changed);
  if (frames % 32 == 3) answer();
}
function answer(): void {
  events |= 1;
  n++;
  const p = speaking ? f32(0.4 + 0.5 * Math.abs(Math.sin(f64(n)))) : f32(0.34);
  const label = (n / 9) % 3;
  for (let i = 0; i < 3; i++) store<f32>(probs + 4 * i, i == label ? p : f32((1 - p) / 2));
  store<u32>(record + 16, frames);
  store<i32>(record + 20, since == 0 ? 0 : p < 0.5 ? 1 : 2);
  store<i32>(record + 24, since == 0 ? -1 : label);
  store<i32>(record + 28, since != 0 && p >= 0.5 ? 1 : 0);
  store<i32>(record + 32, 192); store<i32>(record + 36, since > 192 ? 192 : since);
  since = 0;
}
export function push(bytes: i32): i32 {
  if (!started) return -1;
  const size = format == 2 ? 2 : format == 5 ? 4 : 1;
  const unit = size * channels;
  if (bytes % unit != 0 || bytes > 1024) return -7;
  for (let at = 0; at < bytes; at += unit) {
    let x: f64 = 0;
    for (let c = 0; c < channels; c++) x += size == 2 ? f64(load<i16>(input + at + c * 2)) / 32768 : size == 4 ? f64(load<f32>(input + at + c * 4)) : (f64(load<u8>(input + at + c)) - 128) / 128;
    one(x / channels);
  }
  return 0;
}
export function finishStream(): i32 { if (!started) return -1; if (speaking) { answer(); } started = false; return 0; }
`;

/** The bytes of the module. */
export async function streamStub(): Promise<Uint8Array> {
  const own = new Set([...OWN.matchAll(/export function (\w+)/g)].map(([, name]) => name));
  const rest = Object.entries({ ...EXPORTS, ...STREAM_EXPORTS } as Record<string, ExportedFunction>)
    .filter(([name]) => !own.has(name))
    .map(([name, { parameters, result }]) => {
      const list = parameters.map((parameter) => `_${parameter}: i32`).join(", ");
      return `export function ${name}(${list}): ${result === undefined ? "void {}" : "i32 { return 0; }"}`;
    });
  const { error, binary, stderr } = await asc.compileString(`${OWN}\n${rest.join("\n")}`, {
    runtime: "stub",
    use: ["abort="],
    initialMemory: 1,
    noExportMemory: false,
    optimizeLevel: 2,
  } as never);
  if (error || !binary) throw new Error(stderr.toString());
  return binary;
}
