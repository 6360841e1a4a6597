import { HISTOGRAM, HISTOGRAM_BYTES } from "../../memory_map";
import { COARSE_SHIFT, LAST_BIN } from "../level";

/**
 * The two passes of level.ts over int16 samples that lie one behind the other, eight at a time. Whatever is left of the last eight is the caller's; both give the
 * samples done.
 */
/** Histograms side by side: neighbours in a sound fall into the same bin, and each count would wait for the one before. */
const HISTOGRAMS: usize = 4;
const ONE_BYTES: usize = HISTOGRAM_BYTES / HISTOGRAMS;

/** The coarse bin of |x|, of -32768 also the last. */
function coarseBins(samples: v128): v128 {
  return i16x8.min_u(i16x8.shr_u(i16x8.abs(samples), COARSE_SHIFT), i16x8.splat(<i16>LAST_BIN));
}

function countOne(bin: u32, histogram: usize): void {
  const at = HISTOGRAM + histogram * ONE_BYTES + ((<usize>bin) << 2);
  store<i32>(at, load<i32>(at) + 1);
}

export function addCoarseSamples(at: usize, count: i32): i32 {
  const done = count & ~7;
  for (const end = at + ((<usize>done) << 1); at < end; at += 16) {
    const bins = coarseBins(v128.load(at));
    countOne(i16x8.extract_lane_u(bins, 0), 0);
    countOne(i16x8.extract_lane_u(bins, 1), 1);
    countOne(i16x8.extract_lane_u(bins, 2), 2);
    countOne(i16x8.extract_lane_u(bins, 3), 3);
    countOne(i16x8.extract_lane_u(bins, 4), 0);
    countOne(i16x8.extract_lane_u(bins, 5), 1);
    countOne(i16x8.extract_lane_u(bins, 6), 2);
    countOne(i16x8.extract_lane_u(bins, 7), 3);
  }
  return done;
}

/** The sums of the histograms into the first. */
export function addHistograms(): void {
  for (let at = HISTOGRAM; at < HISTOGRAM + ONE_BYTES; at += 16) {
    let sum = v128.load(at);
    for (let histogram: usize = 1; histogram < HISTOGRAMS; histogram++) {
      sum = i32x4.add(sum, v128.load(at + histogram * ONE_BYTES));
    }
    v128.store(at, sum);
  }
}

/** Whether any of eight samples lies in one of two bins. */
export function anyInBins(at: usize, lower: i32, upper: i32): bool {
  const bins = coarseBins(v128.load(at));
  return v128.any_true(v128.or(i16x8.eq(bins, i16x8.splat(<i16>lower)), i16x8.eq(bins, i16x8.splat(<i16>upper))));
}
