/** Which test files there are, in which order they are run, and which of them are quick. Names are those below tests/, without ".test.ts". */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../support/paths.js";

/** Those that take longest, in seconds of processor time as time_files.ts measures them; they begin first, so that none is left alone at the end. */
const SECONDS: Readonly<Record<string, number>> = {};

/** They measure time: beside another program their figures would be others. */
const QUIET = ["bench"];

/** Without a built model, other programs and long sums: what `npm run test:quick` runs, besides the specs of tests/assembly. */
export const QUICK: readonly string[] = [];

/** All of them; those that take long first. */
function testFiles(): string[] {
  return readdirSync(join(repositoryRoot, "tests"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => name.slice(0, -".test.ts".length).replaceAll("\\", "/"))
    .sort((a, b) => (SECONDS[b] ?? 0) - (SECONDS[a] ?? 0) || (a < b ? -1 : 1));
}

const isIn = (name: string, places: readonly string[]): boolean => places.some((place) => name === place || name.startsWith(`${place}/`));

export const needsQuiet = (name: string): boolean => isIn(name, QUIET);

/** The test files of these places, which are folders and files with or without "tests/" and ".test.ts"; all of them without any. */
export function chosenFiles(places: readonly string[]): string[] {
  const names = testFiles();
  if (places.length === 0) return names;
  const wanted = places.map((place) => place.replace(/^(\.\/)?tests\//, "").replace(/(\.test\.ts|\/)$/, ""));
  for (const [index, place] of wanted.entries())
    if (!names.some((name) => isIn(name, [place]))) throw new Error(`${places[index]}: there is no such test file or folder of test files`);
  return names.filter((name) => isIn(name, wanted));
}

export const compiledFile = (name: string): string => join(repositoryRoot, "dist", "tests", `${name}.test.js`);
