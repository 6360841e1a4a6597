// What `npm ci` runs: compiles the tools, then builds the model that ships; `npm run compile` (prepare.mjs compile) does the first half alone. npx links this package into a cache of its own and would run it again,
// although everything is there: then there is nothing to do.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { stagePython } from "./python/stage.mjs";
import { stageModels } from "./weights/stage.mjs";

// A package that was packed holds dist/, and may be installed without the compiler.
const built = existsSync("dist/ts-tools/cli/main.js") && existsSync("build/light-sernet.wasm");
const sources = existsSync("tsconfig.json");
if (sources && (process.env.npm_command !== "exec" || !built)) {
  const run = (...command) => execFileSync(process.execPath, command, { stdio: "inherit" });
  run(compiler(), "-p", "tsconfig.json");
  // The compiler writes files that cannot be run, and npx marks the command only the first time that it meets this folder.
  chmodSync("dist/ts-tools/cli/main.js", 0o755);
  await stageModels();
  await stagePython();
  if (process.argv[2] !== "compile") run("dist/ts-tools/cli/main.js", "build", "weights/full", "--out", "build");
}

function compiler() {
  try {
    return createRequire(import.meta.url).resolve("typescript/bin/tsc");
  } catch {
    console.error("light-sernet: a clone needs the development packages to compile its tools; run npm ci without --omit=dev.");
    process.exit(1);
  }
}
