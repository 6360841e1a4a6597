import { FRAME_SAMPLES, HOP_SAMPLES } from "../generated/model";
import { FRAME } from "../memory_map";
import { melFilterBank, melLogarithm } from "./mel";
import { dct, silentMfcc } from "./mfcc";
import { spectrum } from "./spectrum";

/** Samples in FRAME, int16. */
let filled: i32 = 0;
/** How many of the last samples were zero, one after the other. */
let zeros: i32 = 0;

export function startFrames(): void {
  filled = 0;
  zeros = 0;
}

/** Adds a levelled sample. True when it completes a frame: its MFCCs are then at MFCC. A segment's last samples that fill no frame are dropped. */
export function addSample(sample: i32): bool {
  store<i16>(FRAME + ((<usize>filled) << 1), sample);
  zeros = sample == 0 ? zeros + 1 : 0;
  if (++filled < FRAME_SAMPLES) return false;
  if (zeros >= FRAME_SAMPLES) silentMfcc();
  else frameToMfcc();
  memory.copy(FRAME, FRAME + ((<usize>HOP_SAMPLES) << 1), (FRAME_SAMPLES - HOP_SAMPLES) << 1);
  filled = FRAME_SAMPLES - HOP_SAMPLES;
  return true;
}

/** frame -> spectrum -> mel -> ln -> MFCC */
function frameToMfcc(): void {
  spectrum();
  melFilterBank();
  melLogarithm();
  dct();
}
