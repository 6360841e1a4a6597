/**
 * The page's scripts, of the compiled sources: a few files in place of some eighty, which a server 50 ms away would take two seconds to send. All lie in one folder,
 * because page, worker and worklet name each other by "./NAME.js".
 */
import path from "node:path";
import { build } from "esbuild";

const SCRIPTS = ["web/src/main.js", "web/src/worker.js", "ts-tools/runtime/microphone_worker.js", "ts-tools/runtime/microphone_worklet.js"];

const OPTIONS = { bundle: true, minify: true, target: "es2022", legalComments: "none", logLevel: "warning" } as const;

/** Writes the scripts; returns the names of those that the page itself loads, main.js first. `compiled` is dist, `models` the models' folder beside that of the scripts. */
export async function bundleScripts(compiled: string, folder: string, models: string): Promise<string[]> {
  const { metafile } = await build({
    ...OPTIONS,
    entryPoints: SCRIPTS.map((name) => ({ in: path.join(compiled, name), out: path.basename(name, ".js") })),
    absWorkingDir: path.resolve(folder),
    outdir: path.resolve(folder),
    format: "esm",
    splitting: true,
    chunkNames: "[hash]",
    define: { MODELS: JSON.stringify(models) },
    metafile: true,
  });
  const main = metafile.outputs["main.js"];
  if (main === undefined) throw new Error("esbuild has written no main.js");
  return ["main.js", ...main.imports.filter(({ kind }) => kind === "import-statement").map((imported) => path.basename(imported.path))];
}

/** The service worker, which finds `PAGE` before its own text. */
export async function bundleServiceWorker(compiled: string, page: object): Promise<string> {
  const { outputFiles } = await build({
    ...OPTIONS,
    entryPoints: [path.join(compiled, "web/src/service_worker.js")],
    format: "iife",
    banner: { js: `const PAGE = ${JSON.stringify(page)};` },
    write: false,
  });
  return outputFiles[0]!.text;
}
