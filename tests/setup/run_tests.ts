/**
 * Runs test files with node:test, as many at a time as there are processors, and ends with one summary:
 *
 *     node dist/tests/setup/run_tests.js [--beside COMMAND]... [--quick | FOLDER_OR_FILE...]
 *
 * Files that take long begin first, so that all processors are busy to the end. Files whose figures another program would disturb come last, one at
 * a time. Each COMMAND (of the shell) runs once, in their order, beside the files; what it says is shown when it has ended.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { parseArgs } from "node:util";
import { repositoryRoot } from "../support/paths.js";
import { chosenFiles, compiledFile, needsQuiet, quickFiles } from "./test_files.js";

/** What node:test reports of a run. */
type Event = { type: string; data: { nesting?: number; file?: string; message?: string } };

const COUNT = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) ([\d.]+)$/;

/** Runs a command of the shell; what it says, and whether it has failed. */
function runCommand(command: string): Promise<{ text: string; failed: boolean }> {
  return new Promise((resolve) => {
    const child = spawn("bash", ["-c", command], { cwd: repositoryRoot, stdio: ["ignore", "pipe", "pipe"] });
    let text = `== ${command}\n`;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
    child.on("close", (code) => resolve({ text, failed: code !== 0 }));
  });
}

/** The events of all groups of files as those of one run. */
async function* runAll(groups: readonly (readonly string[])[], commands: readonly string[], failed: string[]): AsyncGenerator<Event> {
  const counts = new Map<string, number>();
  const beside = (async () => {
    let text = "";
    for (const command of commands) {
      const ended = await runCommand(command);
      text += ended.text;
      if (ended.failed) failed.push(command);
    }
    return text;
  })();
  for (const [index, names] of groups.entries()) {
    for await (const event of run({
      files: names.map(compiledFile),
      concurrency: index === 0 ? availableParallelism() : 1,
    }) as AsyncIterable<Event>) {
      const count = event.type === "test:diagnostic" && event.data.file === undefined ? COUNT.exec(event.data.message ?? "") : null;
      if (!count) yield event;
      else counts.set(count[1]!, (counts.get(count[1]!) ?? 0) + Number(count[2]));
    }
    if (index === 0) yield { type: "test:stdout", data: { message: await beside } };
  }
  if (counts.get("fail") !== 0 || counts.get("cancelled") !== 0) failed.push("node:test");
  for (const [name, count] of counts) yield { type: "test:diagnostic", data: { nesting: 0, message: `${name} ${count}` } };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { beside: { type: "string", multiple: true, default: [] }, quick: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const files = values.quick ? quickFiles() : chosenFiles(positionals);
  const groups = [files.filter((name) => !needsQuiet(name)), files.filter(needsQuiet)];
  const cache = mkdtempSync(join(tmpdir(), "light-sernet-tests-"));
  process.env.LIGHT_SERNET_TEST_CACHE = cache;
  process.on("exit", () => rmSync(cache, { recursive: true, force: true }));
  const failed: string[] = [];
  await pipeline(Readable.from(runAll(groups, values.beside, failed)), new spec(), process.stdout, { end: false });
  for (const name of failed) console.error(`failed: ${name}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 2;
});
