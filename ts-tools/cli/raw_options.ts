/** The options that say what samples without a header are. */
import { stat } from "node:fs/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { STDIN } from "../host/file_names.js";
import type { SoundFile } from "../host/sound_files.js";
import { frameBytes, type SoundLayout } from "../runtime/converter.js";
import { LEAST_RATE, MOST_RATE } from "../sounds/pcm.js";
import { positiveWholeNumber } from "./run_program.js";

const FORMATS = {
  u8: "u8",
  s16le: "s16",
  s24le: "s24",
  s32le: "s32",
  f32le: "f32",
  f64le: "f64",
  mulaw: "mulaw",
  alaw: "alaw",
} as const satisfies Record<string, SoundLayout["format"]>;

/** A frame must fit the module's input (ts-tools/emit/memory_map.ts). */
const MOST_FRAME_BYTES = 1024;

export interface RawFlags {
  format?: keyof typeof FORMATS | undefined;
  rate?: number | undefined;
  channels?: number | undefined;
}

export const rawFormatOption = (): Option =>
  new Option("--format <format>", "read raw samples: their format, little-endian").choices(Object.keys(FORMATS));

export function sampleRate(text: string): number {
  const rate = positiveWholeNumber(text);
  if (rate < LEAST_RATE || rate > MOST_RATE) throw new InvalidArgumentError(`give a rate from ${LEAST_RATE} to ${MOST_RATE} Hz.`);
  return rate;
}

/** The layout that the options say; undefined without them. Ends the command if one of them is missing. */
export function rawOf({ format, rate, channels }: RawFlags, command: Command): SoundLayout | undefined {
  if (format !== undefined && rate !== undefined) {
    const layout = { format: FORMATS[format], channels: channels ?? 1, sampleRate: rate };
    if (frameBytes(layout) > MOST_FRAME_BYTES) command.error(`error: --channels ${channels} are too many; mix the sound down to fewer`);
    return layout;
  }
  if (format !== undefined)
    command.error("error: --format reads raw samples, which do not say their rate; add --rate, such as --rate 16000");
  const given = rate !== undefined ? "--rate" : channels !== undefined ? "--channels" : undefined;
  if (given !== undefined)
    command.error(
      `error: ${given} is for raw samples only, other files say it themselves; add --format, such as --format s16le, or remove it`,
    );
  return undefined;
}

/** Raw files are named one by one: what a folder holds besides them is not raw. */
export async function rawFiles(inputs: readonly string[]): Promise<SoundFile[]> {
  const files: SoundFile[] = [];
  for (const file of inputs) {
    const isFolder =
      file !== STDIN &&
      (await stat(file).then(
        (entry) => entry.isDirectory(),
        () => false,
      ));
    files.push(
      isFolder ? { file, error: new Error("this is a folder; with --format, name the files of raw samples themselves") } : { file },
    );
  }
  return files;
}
