import path from "node:path";
import { findWavFiles } from "../host/wav_files.js";
import { ModelError } from "../model/model_error.js";
import type { FrontEnd } from "../model/model_types.js";
import type { CalibrationSegment } from "../quantize/calibrate.js";
import { Engine } from "../runtime/engine.js";
import { readWavSamples, segmentMfcc } from "../runtime/features.js";
import { readWholeSound } from "../sounds/sound_bytes.js";
import { frontEndModule } from "./front_end_module.js";

/** The most recordings that a calibration uses. */
const MOST_RECORDINGS = 100;

/** The largest recording: six minutes of 16-bit mono at 44.1 kHz. A calibration uses its center, but has all of it in memory for a moment. */
const MOST_RECORDING_BYTES = 2 ** 25;

/** MFCCs of at most MOST_RECORDINGS recordings of a folder, evenly spaced over its sorted files. Reports progress to `tell`. */
export async function calibrationSet(
  folder: string,
  frontEnd: FrontEnd,
  tell: (done: number, all: number) => void,
): Promise<CalibrationSegment[]> {
  const found = await findWavFiles([folder]);
  const files: string[] = [];
  for (const entry of found) {
    if ("error" in entry)
      throw new ModelError(`${entry.file}: calibration needs a folder with WAV recordings (${(entry.error as Error).message}).`);
    files.push(entry.file);
  }
  const chosen = evenlySpaced(files, MOST_RECORDINGS);
  const engine = await Engine.create(await frontEndModule(frontEnd));
  const segments: CalibrationSegment[] = [];
  for (const file of chosen) {
    tell(segments.length, chosen.length);
    const bytes = await readWholeSound(file, MOST_RECORDING_BYTES);
    try {
      segments.push({ file: path.relative(folder, file), mfcc: segmentMfcc(engine, readWavSamples(engine, bytes)) });
    } catch (error) {
      throw new ModelError(`${file}: ${(error as Error).message} (calibration).`);
    }
  }
  return segments;
}

/** At most `most` of the items, evenly spaced, beginning with the first. */
function evenlySpaced<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]!);
}
