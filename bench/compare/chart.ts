/** A report as a picture: bars of every row, stage by stage. Plain SVG; colors that are readable on white and on black. */
import { type Measurement, STAGES, type Stage } from "./measurement.js";
import type { BenchReport } from "./report.js";
import { rowsOfStage, subjectText } from "./report_text.js";

const WIDTH = 900;
const LABELS = 380;
const VALUES = 110;
const BAR = 14;
const LINE = 20;
const HEAD = 34;

const TEXT = "#7d8590";
const OURS = "#2f81f7";
const THEIRS = "#8b949e";

const TITLES: Readonly<Record<Stage, string>> = {
  frontend: "Front end",
  network: "Network",
  total: "Front end and network",
  coldStart: "Cold start: bytes in memory to the first answer",
};

/** The SVG of a report. */
export function chart(report: Pick<BenchReport, "machine" | "results">, stages: readonly Stage[] = STAGES): string {
  const parts: string[] = [];
  let top = 0;
  for (const stage of stages) {
    const rows = rowsOfStage(report.results, stage);
    if (rows.length === 0) continue;
    parts.push(`<text x="0" y="${top + 20}" class="title">${escapeXml(TITLES[stage])}, ms</text>`);
    top += HEAD;
    const longest = Math.max(...rows.map(({ medianMs }) => medianMs));
    for (const row of rows) {
      parts.push(bar(row, top, (WIDTH - LABELS - VALUES) / longest));
      top += LINE;
    }
    top += 14;
  }
  parts.push(`<text x="0" y="${top + 12}" class="note">${escapeXml(note(report))}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top + 24}" role="img" aria-label="Milliseconds for 3 s of sound, ours and others">
<style>text { font: 13px system-ui, sans-serif; fill: ${TEXT} } .title { font-weight: 600; font-size: 15px } .note { font-size: 11px } .ours { fill: ${OURS}; font-weight: 600 }</style>
${parts.join("\n")}
</svg>
`;
}

function bar(row: Measurement, top: number, scale: number): string {
  const ours = row.subject === "light-sernet";
  const label = `${subjectText(row)}, ${row.precision}, ${row.engine}`;
  const width = Math.max(1, row.medianMs * scale);
  const baseline = top + BAR - 3;
  return [
    `<g><title>${escapeXml(`${label}: median ${row.medianMs.toFixed(2)} ms, least ${row.minMs.toFixed(2)} ms of ${row.runs} runs`)}</title>`,
    `<text x="${LABELS - 10}" y="${baseline}" text-anchor="end"${ours ? ' class="ours"' : ""}>${escapeXml(label)}</text>`,
    `<rect class="bar" x="${LABELS}" y="${top}" width="${width.toFixed(1)}" height="${BAR}" rx="2" fill="${ours ? OURS : THEIRS}"/>`,
    `<text x="${(LABELS + width + 6).toFixed(1)}" y="${baseline}">${row.medianMs.toFixed(2)}</text></g>`,
  ].join("");
}

function note({ machine }: Pick<BenchReport, "machine">): string {
  return `3 s of sound on one core, medians; ${machine.cpu}, ${machine.platform}. Taken in turns, run by run: compare within this picture only.`;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
