/**
 * Seconds of processor time of each test file, those of the programs that it starts included:
 *
 *     node dist/tests/setup/time_files.js [FOLDER_OR_FILE...]
 *
 * Unlike the time on the clock, they say the same on a busy machine. Each file is run alone; what it builds and an earlier file has built, too, counts
 * for the earlier one.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chosenFiles, compiledFile } from "./test_files.js";

interface Times {
  name: string;
  wall: number;
  processor: number;
}

function timeFile(name: string): Times {
  const script = 'TIMEFORMAT="%R %U %S"; time "$0" --test --test-reporter=spec "$1" 2>&1';
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script, process.execPath, compiledFile(name)], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) console.log(stdout);
  const [wall, user, system] = stderr.trim().split("\n").at(-1)!.split(" ").map(Number) as [number, number, number];
  return { name: status === 0 ? name : `${name} (failed)`, wall, processor: user + system };
}

const line = ({ name, wall, processor }: Times): string => `${processor.toFixed(1).padStart(8)} ${wall.toFixed(1).padStart(8)}  ${name}`;

const cache = mkdtempSync(join(tmpdir(), "light-sernet-times-"));
process.on("exit", () => rmSync(cache, { recursive: true, force: true }));
process.env.LIGHT_SERNET_TEST_CACHE = cache;

const times: Times[] = [];
console.log("processor  clock  file");
for (const name of chosenFiles(process.argv.slice(2))) {
  times.push(timeFile(name));
  console.log(line(times.at(-1)!));
}
const sum = (part: "wall" | "processor"): number => times.reduce((all, each) => all + each[part], 0);
console.log(
  `\nthe longest first:\n${times
    .sort((a, b) => b.processor - a.processor)
    .map(line)
    .join("\n")}`,
);
console.log(line({ name: "all", wall: sum("wall"), processor: sum("processor") }));
