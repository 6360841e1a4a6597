import { spawn } from "node:child_process";
import { findProgram } from "../host/find_program.js";
import type { SoundLayout } from "../runtime/converter.js";
import type { PcmPiece } from "./pcm.js";
import { type CompressedKind, thisSound } from "./sound_kind.js";
import { inFrames } from "./whole_frames.js";

/** The environment variable that names the program. */
export const FFMPEG_VARIABLE = "LIGHT_SERNET_FFMPEG";

/** The path of ffmpeg; undefined if there is none. An environment variable that names something else throws. */
export function findFfmpeg(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const wanted = { names: ["ffmpeg"], variable: FFMPEG_VARIABLE, howToGet: "" };
  if (environment[FFMPEG_VARIABLE]) return findProgram(wanted, environment);
  try {
    return findProgram(wanted, environment);
  } catch {
    return undefined;
  }
}

/** Seconds without a byte after which ffmpeg is ended. */
const MOST_SECONDS = 60;
/** Of what it says, the end is kept. */
const MOST_MESSAGE = 4096;

/** The first sound in a file as ffmpeg decodes it: float32 at the file's own rate and channels. Ends ffmpeg if the caller stops early. */
export async function* decodeWithFfmpeg(
  program: string,
  file: string,
  kind: CompressedKind,
  warn: (sentence: string) => void,
): AsyncGenerator<PcmPiece> {
  const name = thisSound(kind);
  // "file:" so that no name is an option or an address; and nothing in a file leads ffmpeg to the network.
  const input = ["-nostdin", "-v", "error", "-protocol_whitelist", "file,pipe", "-i", `file:${file}`];
  const output = ["-map", "0:a:0", "-c:a", "pcm_f32le", "-bitexact", "-f", "wav", "pipe:1"];
  const child = spawn(program, [...input, ...output], { stdio: ["ignore", "pipe", "pipe"] });
  let message = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    message = (message + text).slice(-MOST_MESSAGE);
  });
  // Undefined if all went well.
  const failure = new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(`it cannot be run: ${error.message}`));
    child.on("close", (code, signal) => resolve(code === 0 ? undefined : `it ended with ${code ?? signal}`));
  });
  let stalled = false;
  const watch = setTimeout(() => {
    stalled = true;
    child.kill("SIGKILL");
  }, 1000 * MOST_SECONDS);
  let hasSound = false;
  try {
    for await (const piece of withoutHeader(child.stdout)) {
      hasSound = true;
      yield piece;
      watch.refresh();
    }
    const failed = await failure;
    const said = stalled ? `no sound came for ${MOST_SECONDS} s` : essence(message, file);
    if (failed !== undefined && NO_SOUND.test(message)) throw new Error(`${name} holds no sound; get or record it again`);
    if (failed !== undefined) throw new Error(`ffmpeg cannot decode ${name} (${said ?? failed}); get or record it again`);
    if (!hasSound) throw new Error(`${name} has no sound that ffmpeg can decode (${said ?? "it is empty"}); get or record it again`);
    if (said !== undefined) warn(`ffmpeg says of ${name}: ${said}; what it could decode is used`);
  } finally {
    clearTimeout(watch);
    child.kill("SIGKILL");
  }
}

/** What ffmpeg says of a file that has only pictures, or nothing at all. */
const NO_SOUND = /matches no streams|does not contain any stream/;

/** The last thing that ffmpeg says of the sound itself, without the parts of its own that it names, and without the name of the file. */
function essence(message: string, file: string): string | undefined {
  const lines = message
    .split("\n")
    .map((line) =>
      line
        .replace(/^(\[[^\]]* @ 0x[0-9a-f]+\] *)+/i, "")
        .replace(/^Error while decoding stream #\d+:\d+: /, "")
        .trim(),
    )
    .filter((line) => line !== "" && !/^(Conversion failed!|Error opening (input|output) files?\b.*)$/.test(line));
  const ofFile = `file:${file}: `;
  const last = lines.filter((line) => !line.startsWith(ofFile)).at(-1) ?? lines.at(-1)?.slice(ofFile.length);
  return last?.replaceAll(`file:${file}`, "the file").replaceAll(file, "the file");
}

/** What ffmpeg writes before the samples is smaller. */
const MOST_HEADER_BYTES = 4096;

/** Takes the header off ffmpeg's WAV file. Its samples end with the pipe: the lengths in it are not known when it is written. */
async function* withoutHeader(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<PcmPiece> {
  let header: Buffer = Buffer.alloc(0);
  let layout: SoundLayout | undefined;
  let wholeFrames: ReturnType<typeof inFrames> | undefined;
  for await (const piece of pieces) {
    let sound = piece;
    if (layout === undefined) {
      header = Buffer.concat([header, piece]);
      const parsed = parseHeader(header);
      if (parsed === undefined) {
        if (header.length > MOST_HEADER_BYTES) throw new Error("ffmpeg did not write a WAV file; use another version of it");
        continue;
      }
      layout = parsed.layout;
      wholeFrames = inFrames(layout);
      sound = header.subarray(parsed.bytes);
    }
    const bytes = wholeFrames!(sound);
    if (bytes.length > 0) yield { layout, bytes };
  }
}

function parseHeader(header: Buffer): { layout: SoundLayout; bytes: number } | undefined {
  let layout: SoundLayout | undefined;
  for (let offset = 12; offset + 8 <= header.length; ) {
    const name = header.toString("latin1", offset, offset + 4);
    const size = header.readUInt32LE(offset + 4);
    if (name === "data") return layout && { layout, bytes: offset + 8 };
    if (name === "fmt " && offset + 16 <= header.length)
      layout = { format: "f32", channels: header.readUInt16LE(offset + 10), sampleRate: header.readUInt32LE(offset + 12) };
    offset += 8 + size + (size % 2);
  }
  return undefined;
}
