/**
 * The documents with their figures. In a document stand
 *
 *     <!-- name --> ... <!-- end -->     a table, from tables.ts or figures.ts
 *     <!--=name-->61,072<!--/-->         a figure in a sentence, from inline.ts
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { accuracy, agreement, downloads, firstAnswer, memory, microcontroller, peers, size, speed, summary } from "./figures.js";
import { type Figures, inlineFigures } from "./inline.js";
import { rooms } from "./rooms.js";
import { root } from "./sources.js";
import {
  archive,
  archivePeers,
  bundlers,
  chips,
  firmware,
  fixedAgreement,
  fixedCosts,
  goals,
  growth,
  hours,
  layers,
  listeners,
  page,
  rates,
  recordings,
  runtimes,
  start,
  stream,
  streamChips,
} from "./tables.js";

/** Tables by document. */
const TABLES: Record<string, Record<string, () => string | Promise<string>>> = {
  "README.md": { summary },
  "docs/architecture.md": {
    rooms: () => rooms("ts-tools"),
    "rooms-assembly": () => rooms("assembly"),
    "rooms-bench": () => rooms("bench"),
  },
  "docs/archives.md": { archive, "archive-peers": archivePeers },
  "docs/bundlers.md": { bundlers, listeners },
  "docs/figures.md": { size, memory, speed, peers, "first-answer": firstAnswer, downloads, microcontroller, accuracy, agreement },
  "docs/firmware.md": { firmware, chips, stream, "stream-chips": streamChips, runtimes },
  "docs/live.md": { hours },
  "docs/page.md": { page },
  "docs/performance.md": { layers, start, "fixed-costs": fixedCosts, "fixed-agreement": fixedAgreement, rates, goals, growth, recordings },
};

/** ts-tools/abi/document.ts writes it whole. */
const NOT_OURS = ["abi.md"];

/** The documents as they should be, by path. The model card has figures in its sentences; its tables are written by training. */
export async function documents(): Promise<Map<string, string>> {
  const figures = await inlineFigures();
  const docs = readdirSync(path.join(root, "docs")).filter((name) => name.endsWith(".md") && !NOT_OURS.includes(name));
  const names = ["README.md", "weights/README.md", ...docs.map((name) => `docs/${name}`)];
  const texts = names.map(async (name) => [name, withFigures(name, await withTables(name), figures)] as const);
  return new Map(await Promise.all(texts));
}

async function withTables(name: string): Promise<string> {
  let text = readFileSync(path.join(root, name), "utf8");
  for (const [place, make] of Object.entries(TABLES[name] ?? {})) {
    const found = new RegExp(`(<!-- ${place}(?: [^>]*|:[^>]*)?-->)[^]*?(<!-- end -->)`);
    if (!found.test(text)) throw new Error(`${name} has no place for the table ${place}; write <!-- ${place} --> and <!-- end --> there`);
    const made = await make();
    text = text.replace(found, (_, begin: string, end: string) => `${begin}\n\n${made}\n\n${end}`);
  }
  return text;
}

function withFigures(name: string, text: string, figures: Figures): string {
  // Markdown takes a line that begins with a comment for HTML, and shows what follows in it as it stands.
  const first = /^[\s>*-]*<!--=.*$/m.exec(text);
  if (first)
    throw new Error(`${name}: a line begins with a figure, which Markdown would not show as text; break it elsewhere: ${first[0]}`);
  return text.replace(/<!--=([\w.-]+)-->([^<]*)(<!--\/-->)?/g, (_, figure: string, written: string, end?: string) => {
    const value = figures[figure];
    if (value === undefined) throw new Error(`${name}: bench/documents/inline.ts has no figure ${figure}`);
    if (end === undefined) throw new Error(`${name}: the figure ${figure} needs <!--/--> after "${written.slice(0, 20)}"`);
    return `<!--=${figure}-->${value}${end}`;
  });
}
