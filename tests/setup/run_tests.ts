/**
 * Runs test files with node:test, as many at a time as there are processors, and ends with one summary:
 *
 *     node dist/tests/setup/run_tests.js [--python COMMAND] [--beside COMMAND]... [--quick | FOLDER_OR_FILE...]
 *
 * Files that take long begin first, so that all processors are busy to the end; once the commands have ended, one more runs at a time, because some wait for
 * sound or for time limits. Files whose figures another program would disturb come last, one at a time. Each COMMAND (of the shell) runs once, beside the files; what it says is shown when all have ended. That of --python installs the Python
 * packages: files that need them, and the commands of --beside, which run in their order, begin after it.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { spec } from "node:test/reporters";
import { parseArgs } from "node:util";
import { startCompileServer } from "../support/compile_server.js";
import { repositoryRoot } from "../support/paths.js";
import { type Event, runFiles } from "./run_files.js";
import { chosenFiles, needsPython, needsQuiet, quickFiles } from "./test_files.js";

const COUNT = /^(tests|suites|pass|fail|cancelled|skipped|todo) (\d+)$/;

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

interface Plan {
  files: readonly string[];
  python: string | undefined;
  beside: readonly string[];
}

/** The events of all files as those of one run. */
async function* runAll({ files, python, beside }: Plan, failed: string[]): AsyncGenerator<Event> {
  const begun = performance.now();
  const counts = new Map<string, number>();
  let text = "";
  const runInTurn = async (commands: readonly string[]): Promise<void> => {
    for (const command of commands) {
      const ended = await runCommand(command);
      text += ended.text;
      if (ended.failed) failed.push(command);
    }
  };
  const packages = runInTurn(python === undefined ? [] : [python]);
  let besides = 1;
  const commands = packages
    .then(() => runInTurn(beside))
    .then(() => {
      besides = 0;
    });
  const wait = { names: files.filter(needsPython), until: packages };
  const quiet = files.filter(needsQuiet);
  const others = files.filter((name) => !needsQuiet(name));
  const all = async function* (): AsyncGenerator<Event[]> {
    yield* runFiles(others, () => availableParallelism() + 1 - besides, wait);
    await commands;
    yield [{ type: "test:stdout", data: { message: text } }];
    yield* runFiles(quiet, () => 1, wait);
  };
  for await (const events of all()) {
    for (const event of events) {
      const { file, message = "" } = event.data;
      const count = event.type === "test:diagnostic" && file === undefined ? COUNT.exec(message) : null;
      if (!count && !(file === undefined && message.startsWith("duration_ms "))) yield event;
      else if (count) counts.set(count[1]!, (counts.get(count[1]!) ?? 0) + Number(count[2]));
    }
  }
  if (counts.get("fail") !== 0 || counts.get("cancelled") !== 0) failed.push("node:test");
  for (const [name, count] of counts) yield { type: "test:diagnostic", data: { nesting: 0, message: `${name} ${count}` } };
  yield { type: "test:diagnostic", data: { nesting: 0, message: `duration_ms ${Math.round(performance.now() - begun)}` } };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      python: { type: "string" },
      beside: { type: "string", multiple: true, default: [] },
      quick: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  const files = values.quick ? quickFiles() : chosenFiles(positionals);
  const cache = mkdtempSync(join(tmpdir(), "light-sernet-tests-"));
  process.env.LIGHT_SERNET_TEST_CACHE = cache;
  process.on("exit", () => rmSync(cache, { recursive: true, force: true }));
  if (!values.quick) await startCompileServer(cache);
  const failed: string[] = [];
  await pipeline(Readable.from(runAll({ files, python: values.python, beside: values.beside }, failed)), new spec(), process.stdout, {
    end: false,
  });
  for (const name of failed) console.error(`failed: ${name}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 2;
});
