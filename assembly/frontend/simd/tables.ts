import { DCT_COSINES, LAST_TWIDDLES, WINDOW } from "../../generated/memory_map";
import { COEFFICIENTS, FRAME_SAMPLES, MEL_BANDS, SPECTRUM_POINTS } from "../../generated/model";
import { COSINES } from "../../generated/tables";
import { dctCosine } from "../mfcc";
import { cosine, hann, QUARTER, sine } from "../spectrum";

/**
 * Tables that the SIMD front end reads in vectors, written once before the first frame; every number is one that the scalar front end computes or reads.
 *
 *     WINDOW          Hann window of the even samples, then of the odd ones: float32 [2][SPECTRUM_POINTS]
 *     LAST_TWIDDLES   the five factors of the last two stages of the transform: float32 [5][SPECTRUM_POINTS / 4]
 *     DCT_COSINES     of every pair of bands those of the even coefficients, then of the odd ones: float32 [MEL_BANDS / 2][2][DCT_LANES]
 */
export const TWIDDLE_BYTES: usize = <usize>SPECTRUM_POINTS;

/** Coefficients of one parity, filled up to two whole vectors. */
const DCT_LANES: i32 = ((COEFFICIENTS + 15) >> 4) << 3;
export const DCT_LANES_BYTES: usize = (<usize>DCT_LANES) << 2;

let prepared: bool = false;

export function prepareFrontEnd(): void {
  if (prepared) return;
  prepared = true;
  writeWindow();
  writeTwiddles();
  writeDctCosines();
}

function writeWindow(): void {
  for (let point: usize = 0; point < <usize>SPECTRUM_POINTS; point++) {
    store<f32>(WINDOW + (point << 2), hann(load<f32>(COSINES + (point << 3))));
    store<f32>(WINDOW + ((<usize>SPECTRUM_POINTS) << 2) + (point << 2), hann(load<f32>(COSINES + (point << 3), 4)));
  }
}

function writeTwiddles(): void {
  const size = SPECTRUM_POINTS >> 2;
  const step = (FRAME_SAMPLES >> 2) / size;
  for (let k = 0; k < size; k++) {
    const at = LAST_TWIDDLES + ((<usize>k) << 2);
    store<f32>(at, cosine(2 * k * step));
    store<f32>(at + TWIDDLE_BYTES, sine(2 * k * step));
    store<f32>(at + 2 * TWIDDLE_BYTES, cosine(k * step));
    store<f32>(at + 3 * TWIDDLE_BYTES, sine(k * step));
    store<f32>(at + 4 * TWIDDLE_BYTES, cosine(k * step + QUARTER));
  }
}

function writeDctCosines(): void {
  let at = DCT_COSINES;
  for (let pair = 0; pair < MEL_BANDS >> 1; pair++) {
    for (let parity = 0; parity < 2; parity++) {
      for (let lane = 0; lane < DCT_LANES; lane++) {
        store<f32>(at, dctCosine(pair, 2 * lane + parity));
        at += 4;
      }
    }
  }
}
