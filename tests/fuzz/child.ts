/**
 * The process that tries cases, so that whatever happens in it can be stopped. Says so on its third channel, a line before and after each case.
 *
 *     child.js many TARGET FOLDER SEED FROM TO       cases of a seed
 *     child.js one TARGET FOLDER SOURCE same|alone   the case of the folder SOURCE, as always or through the product's own limits
 *     child.js there TARGET FOLDER same|alone        the files in FOLDER itself
 *     child.js smaller TARGET FOLDER SOURCE          makes the case of SOURCE smaller as long as the same is found
 *
 * FOLDER is there for the files of cases.
 */
import { writeSync } from "node:fs";
import { Random } from "../support/random.js";
import { forgetPeak, peakOf } from "./memory.js";
import { signatureOf, smaller } from "./minimize.js";
import { targetNamed } from "./registry.js";
import { kindOf } from "./sentence.js";
import { type Case, Finding, readCase, seedOf, type Target, type Trial, writeCase } from "./target.js";

/** Before a case, and after it. */
export type Message =
  | { begin: number }
  | { end: number; milliseconds: number; mebibytes: number; answer: boolean; said: string }
  | { end: number; milliseconds: number; mebibytes: number; found: string };

const CHANNEL = 3;

function say(message: Message): void {
  const line = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let at = 0; at < line.length; ) {
    try {
      at += writeSync(CHANNEL, line, at);
    } catch (error) {
      // The reader is slower than this, and the channel does not wait by itself.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

/** What must not come out of a case besides its outcome: text on the terminal, and errors that nobody awaits. */
const stray: string[] = [];

function listen(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (text: string | Uint8Array): boolean => stray.push(`printed: ${Buffer.from(text).toString()}`) > 0;
  }
  process.on("unhandledRejection", (error) => stray.push(`nobody awaits: ${textOf(error)}`));
}

/** A library that has aborted and said so is of no use any more: the case is tried again alone, in the thread that it has in the product. */
const STRAY = 70;

type Mode = "as in the product" | "in place of its thread";

async function tryCase(trial: Trial, files: Case, folder: string, index: number, mode: Mode = "as in the product"): Promise<void> {
  forgetPeak();
  say({ begin: index });
  const before = process.cpuUsage();
  const figures = (): { end: number; milliseconds: number; mebibytes: number } => ({
    end: index,
    milliseconds: processorTime(before),
    mebibytes: Math.round(peakOf()),
  });
  try {
    const outcome = await trial(files, folder);
    // An error that nobody awaits comes out after everything that waits already.
    await new Promise(setImmediate);
    if (stray.length > 0 && mode === "in place of its thread") process.exit(STRAY);
    if (stray.length > 0) throw new Finding(stray.splice(0).join("\n").slice(0, 2000));
    const said = outcome.kind === "answer" ? "" : kindOf(outcome.sentence, folder);
    say({ ...figures(), answer: outcome.kind === "answer", said });
  } catch (error) {
    say({ ...figures(), found: textOf(error) });
  }
}

/** Milliseconds of processor time since then, of all threads. */
function processorTime(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : `thrown: ${String(error)}`;
}

type Main = (target: Target, folder: string, rest: readonly string[]) => Promise<void>;

const trialOf = (target: Target, way: string | undefined): Promise<Trial> | Trial =>
  way === "alone" && target.setUpAlone ? target.setUpAlone() : target.setUp();

const MAINS: Readonly<Record<string, Main>> = {
  many: async (target, folder, rest) => {
    const [seed, from, to] = rest.map(Number) as [number, number, number];
    const trial = await target.setUp();
    const mode = target.setUpAlone ? "in place of its thread" : "as in the product";
    for (let index = from; index < to; index++) await tryCase(trial, target.generate(new Random(seedOf(seed, index))), folder, index, mode);
  },
  one: async (target, folder, [source, way]) => tryCase(await trialOf(target, way), readCase(source!), folder, 0),
  there: async (target, folder, [way]) => tryCase(await trialOf(target, way), new Map(), folder, 0),
  smaller: async (target, folder, [source]) => {
    const trial = await target.setUp();
    const found = async (files: Case): Promise<string | undefined> => {
      try {
        await trial(files, folder);
        await new Promise(setImmediate);
        if (stray.length > 0) throw new Finding(stray.splice(0).join("\n"));
        return undefined;
      } catch (error) {
        return signatureOf(textOf(error));
      }
    };
    await smaller(readCase(source!), target.seeds?.() ?? [], found, (files) => writeCase(files, source!));
  },
};

async function main([how, name, folder, ...rest]: readonly string[]): Promise<void> {
  listen();
  await MAINS[how!]!(await targetNamed(name!), folder!, rest);
  process.exit(0);
}

await main(process.argv.slice(2));
