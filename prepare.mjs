// What `npm ci` runs: compiles the tools, then builds the model that ships. npx links this package into a cache of its own and would run it again,
// although everything is there: then there is nothing to do.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const built = existsSync("dist/ts-tools/cli/main.js") && existsSync("build/light-sernet.wasm");
if (process.env.npm_command !== "exec" || !built) {
  const run = (...command) => execFileSync(process.execPath, command, { stdio: "inherit" });
  run(createRequire(import.meta.url).resolve("typescript/bin/tsc"), "-p", "tsconfig.json");
  run("dist/ts-tools/cli/main.js", "build", "weights/full", "--out", "build");
}
