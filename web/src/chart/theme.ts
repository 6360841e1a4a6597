/** The colors of the chart, from the style sheet, so that it follows dark and light. */
export interface Theme {
  text: string;
  muted: string;
  line: string;
  accent: string;
  speech: string;
  font: string;
  /** uint8 [256][3]: the colors of energies, from silence to loud. */
  map: Uint8Array;
}

/** Colors at even distances: dark blue, violet, red, yellow; and the other way round on white. */
const DARK_MAP = ["#10141a", "#2c1f63", "#8a2a7d", "#e25b4a", "#ffe27a"];
const LIGHT_MAP = ["#ffffff", "#bcd4ea", "#5b93c9", "#2b4f8f", "#14142e"];

export function readTheme(canvas: HTMLCanvasElement): Theme {
  const style = getComputedStyle(canvas);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  return {
    text: color("--text"),
    muted: color("--muted"),
    line: color("--line"),
    accent: color("--accent"),
    speech: color("--speech"),
    font: style.fontFamily,
    map: colorMap(dark ? DARK_MAP : LIGHT_MAP),
  };
}

/** The color of an energy, 0 to 255, as CSS has it. */
export function colorOf({ map }: Theme, level: number): string {
  return `rgb(${map.subarray(level * 3, level * 3 + 3).join(" ")})`;
}

function colorMap(stops: readonly string[]): Uint8Array {
  const map = new Uint8Array(256 * 3);
  const channels = stops.map((stop) => [1, 3, 5].map((at) => Number.parseInt(stop.slice(at, at + 2), 16)));
  for (let level = 0; level < 256; level++) {
    const place = (level / 255) * (stops.length - 1);
    const before = Math.min(Math.floor(place), stops.length - 2);
    for (let channel = 0; channel < 3; channel++) {
      const [from, to] = [channels[before]![channel]!, channels[before + 1]![channel]!];
      map[level * 3 + channel] = from + (to - from) * (place - before);
    }
  }
  return map;
}
