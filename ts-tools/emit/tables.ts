import type { FrontEnd } from "../model/model_types.js";

/** Tables of the front end and the resampler; formulas in docs/arithmetic.md, 2 and 4. */
export interface Tables {
  /** float32 cos(2 pi j / frame), j = 0 .. frame - 1. */
  cosines: Float32Array;
  /** First FFT bin of the mel filter bank, the share u of every bin from there, and bins in each of the bands + 1 bands. */
  melFirstBin: number;
  melShares: Float32Array;
  melBandBins: number[];
  /** Windowed sinc, int16, and the sum of its entries at whole zero crossings of both sides. */
  sinc: Int16Array;
  sincSum: number;
}

export function tables(frontEnd: FrontEnd): Tables {
  return { cosines: cosines(frontEnd.frameSamples), ...mel(frontEnd), ...sincTable() };
}

function cosines(frame: number): Float32Array {
  // The second half mirrors the first, to the bit.
  const table = Float32Array.from({ length: frame }, (_, j) => Math.cos((2 * Math.PI * Math.min(j, frame - j)) / frame));
  table[frame / 4] = 0;
  table[(3 * frame) / 4] = 0;
  return table;
}

/** HTK mel scale: 1127 ln(1 + f/700). */
function melOf(hz: number): number {
  return 1127 * Math.log1p(hz / 700);
}

function mel(frontEnd: FrontEnd): Pick<Tables, "melFirstBin" | "melShares" | "melBandBins"> {
  const low = melOf(frontEnd.melLowHz);
  const high = melOf(frontEnd.melHighHz);
  const shares: number[] = [];
  const bins: number[] = new Array(frontEnd.melBands + 1).fill(0);
  let first = 0;
  for (let bin = 1; bin <= frontEnd.frameSamples / 2; bin++) {
    const position = ((melOf((bin * frontEnd.sampleRate) / frontEnd.frameSamples) - low) * (frontEnd.melBands + 1)) / (high - low);
    if (position < 0 || position >= frontEnd.melBands + 1) continue;
    if (shares.length === 0) first = bin;
    const band = Math.floor(position);
    shares.push(position - band);
    bins[band] = (bins[band] ?? 0) + 1;
  }
  return { melFirstBin: first, melShares: Float32Array.from(shares), melBandBins: bins };
}

/** Zero crossings to each side, entries per crossing, cut-off in parts of the lower Nyquist frequency, Kaiser's beta. */
export const SINC_ZERO_CROSSINGS = 20;
const ENTRIES_PER_CROSSING = 64;
const CUT_OFF = 0.875;
const BETA = 6.76;

function sincTable(): Pick<Tables, "sinc" | "sincSum"> {
  const last = SINC_ZERO_CROSSINGS * ENTRIES_PER_CROSSING;
  const sinc = Int16Array.from({ length: last + 1 }, (_, i) => {
    const x = Math.PI * ((CUT_OFF * i) / ENTRIES_PER_CROSSING);
    const window = besselI0(BETA * Math.sqrt(1 - (i / last) ** 2)) / besselI0(BETA);
    return Math.round(32767 * (i === 0 ? 1 : Math.sin(x) / x) * window);
  });
  let sum = 0;
  for (let k = -SINC_ZERO_CROSSINGS; k <= SINC_ZERO_CROSSINGS; k++) sum += sinc[Math.abs(k) * ENTRIES_PER_CROSSING] ?? 0;
  return { sinc, sincSum: sum };
}

/** Modified Bessel function of the first kind, order 0: sum of ((x/2)^k / k!)^2. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / 2 / k) ** 2;
    sum += term;
  }
  return sum;
}
