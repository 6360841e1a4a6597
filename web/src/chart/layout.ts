/** Where the parts of the chart are, in CSS pixels: one above the other, with names on the left and one axis of time below all. */
export interface Band {
  top: number;
  height: number;
}

export interface Layout {
  width: number;
  height: number;
  /** Where time begins. */
  left: number;
  waveform: Band;
  mel: Band;
  speech: Band;
  /** A row for each class. */
  rows: Band[];
  axis: Band;
}

const GAP = 8;
const ROW = 22;

export function layOut(width: number, classes: number): Layout {
  let top = 0;
  const band = (height: number, gap = GAP): Band => {
    const placed = { top, height };
    top += height + gap;
    return placed;
  };
  const waveform = band(56);
  const mel = band(width < 480 ? 96 : 128);
  const speech = band(12, 12);
  const rows = Array.from({ length: classes }, () => band(ROW - 3, 3));
  const axis = band(18, 0);
  return { width, height: top, left: width < 480 ? 68 : 84, waveform, mel, speech, rows, axis };
}

/** The part of the time that is seen, in milliseconds. */
export interface View {
  from: number;
  to: number;
}

/** The place of a time, in CSS pixels. */
export function placeOf({ left, width }: Layout, { from, to }: View, timeMs: number): number {
  return left + ((timeMs - from) / (to - from)) * (width - left);
}
