import path from "node:path";
import { findSounds } from "../host/sound_files.js";
import { fileSentence } from "../host/terminal.js";
import { ModelError } from "../model/model_error.js";
import type { FrontEnd } from "../model/model_types.js";
import type { CalibrationSegment } from "../quantize/calibrate.js";
import { Engine } from "../runtime/engine.js";
import { readWavSamples, segmentMfcc } from "../runtime/features.js";
import { readWholeSound } from "../sounds/sound_bytes.js";
import { visible } from "../text/visible_text.js";
import { frontEndModule } from "./front_end_module.js";

/** The most recordings that a calibration uses. */
const MOST_RECORDINGS = 100;

/** The largest share of them that may be unreadable. */
const MOST_BAD_SHARE = 0.1;

/** The largest recording: six minutes of 16-bit mono at 44.1 kHz. A calibration uses its center, but has all of it in memory for a moment. */
export const MOST_RECORDING_BYTES = 2 ** 25;

export interface CalibrationSet {
  segments: CalibrationSegment[];
  /** What was left out, and what is odd about the folder. */
  notes: string[];
}

/**
 * MFCCs of at most MOST_RECORDINGS recordings of a folder, evenly spaced over its sorted files. A recording that cannot be read is left out, with a note; throws
 * if more than a tenth cannot. Reports progress to `tell`.
 */
export async function calibrationSet(
  folder: string,
  frontEnd: FrontEnd,
  tell: (done: number, all: number) => void,
): Promise<CalibrationSet> {
  const { files, notes } = await findSounds([folder]);
  const unreadable = files.filter((entry) => "error" in entry);
  const readable = files.filter((entry) => !("error" in entry));
  const chosen = [...unreadable, ...evenlySpaced(readable, MOST_RECORDINGS)];
  const engine = await Engine.create(await frontEndModule(frontEnd));
  const segments: CalibrationSegment[] = [];
  const faults: string[] = [];
  for (const [index, entry] of chosen.entries()) {
    tell(index, chosen.length);
    try {
      if ("error" in entry) throw entry.error;
      const warn = (sentence: string): void => void notes.push(`${visible(entry.file)}: warning: ${sentence}`);
      const bytes = await readWholeSound(entry.file, MOST_RECORDING_BYTES, { warn });
      segments.push({ file: path.relative(folder, entry.file), mfcc: segmentMfcc(engine, readWavSamples(engine, bytes, warn)) });
    } catch (error) {
      faults.push(fileSentence(entry.file, error));
    }
  }
  if (faults.length > chosen.length * MOST_BAD_SHARE) throw new ModelError(tooManyFaults(folder, faults, chosen.length));
  return { segments, notes: [...notes, ...faults.map((fault) => `left out of the calibration: ${fault}`)] };
}

function tooManyFaults(folder: string, faults: readonly string[], all: number): string {
  if (all === 1) return `calibration needs a folder of recordings: ${faults[0]}.`;
  const share = `${faults.length} of ${all} recordings cannot be read, more than a tenth`;
  return `${visible(folder)}: ${share}; repair, convert or remove them, the first being ${faults[0]} (calibration).`;
}

/** At most `most` of the items, evenly spaced, beginning with the first. */
function evenlySpaced<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]!);
}
