import { spawnSync } from "node:child_process";
import { findFfmpeg } from "../../ts-tools/sounds/ffmpeg.js";

const ffmpeg = findFfmpeg();

/** The option of a test that needs ffmpeg: why it cannot run here, or false. */
export const skipWithoutFfmpeg: string | false =
  ffmpeg === undefined && 'ffmpeg is not installed; install it (Debian\'s package is "ffmpeg")';

/** What ffmpeg writes to standard output. */
export function ffmpegOutput(parameters: readonly string[]): Buffer<ArrayBuffer> {
  const options = { maxBuffer: 2 ** 28 };
  const { status, stdout, stderr } = spawnSync(ffmpeg!, ["-nostdin", "-v", "error", ...parameters], options);
  if (status !== 0) throw new Error(`ffmpeg ${parameters.join(" ")}: ${stderr.toString()}`);
  return Buffer.from(stdout);
}

/** The interleaved float32 samples of the first sound in a file. `decoder` names one of ffmpeg's. */
export function ffmpegSamples(file: string, decoder?: string): Float32Array {
  const bytes = ffmpegOutput([
    ...(decoder === undefined ? [] : ["-c:a", decoder]),
    "-i",
    file,
    "-map",
    "0:a:0",
    "-c:a",
    "pcm_f32le",
    "-f",
    "f32le",
    "-",
  ]);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
