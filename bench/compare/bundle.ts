/** What a page loads of each library, bundled and minified as an application would be. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { packageRoot } from "../../ts-tools/host/package_root.js";
import { benchFolder, folderWithPackage, INSTALL_PEERS } from "./places.js";

/** The part of esbuild that the bench uses. */
interface Esbuild {
  build(options: object): Promise<{ outputFiles: { contents: Uint8Array }[] }>;
}

export type Bundled = "light-sernet" | "tensorflow.js" | "onnxruntime-web" | "meyda";

/** The modules, as text; DIST stands for our compiled code. */
const ENTRIES: Readonly<Record<Bundled, string>> = {
  "light-sernet": `export { createRecognizer } from "DIST/ts-tools/runtime/browser.js";`,
  "tensorflow.js": `
    import { env, io, ready, setBackend, tensor4d } from "@tensorflow/tfjs-core";
    import { loadGraphModel } from "@tensorflow/tfjs-converter";
    import { setThreadsCount, setWasmPaths, version_wasm } from "@tensorflow/tfjs-backend-wasm";
    import { openTensorFlowJs } from "DIST/bench/peers/tensorflow_js.js";
    const libraries = { core: { env, io, ready, setBackend, tensor4d }, converter: { loadGraphModel }, backend: { setThreadsCount, setWasmPaths, version_wasm } };
    export const open = (task, { wasm, ...files }) => {
      const address = URL.createObjectURL(new Blob([wasm], { type: "application/wasm" }));
      const names = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-threaded-simd.wasm"];
      return openTensorFlowJs(libraries, Object.fromEntries(names.map((name) => [name, address])), task, files);
    };`,
  "onnxruntime-web": `
    import * as ort from "onnxruntime-web/wasm";
    import { openOnnxRuntimeWeb } from "DIST/bench/peers/onnxruntime_web.js";
    export const open = (task, files) => openOnnxRuntimeWeb(ort, undefined, task, files);`,
  meyda: `
    import Meyda from "meyda";
    import { openMeyda } from "DIST/bench/peers/meyda.js";
    export const open = (task, files) => openMeyda(Meyda, "", task, files);`,
};

/** A library's bundle: one ES module. */
export async function bundle(what: Bundled): Promise<Uint8Array> {
  const folder = folderWithPackage("esbuild");
  if (folder === undefined) throw new Error(`esbuild, which bundles the libraries for a page, is not installed; ${INSTALL_PEERS}`);
  const { build }: Esbuild = createRequire(path.join(folder, "index.js"))("esbuild");
  const dist = path.join(packageRoot(), "dist").replaceAll("\\", "/");
  const { outputFiles } = await build({
    stdin: { contents: ENTRIES[what].replaceAll("DIST", dist), resolveDir: existsSync(benchFolder()) ? benchFolder() : packageRoot() },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    // Libraries import Node's modules only when they run in Node.
    external: ["fs", "path", "util", "crypto", "worker_threads", "perf_hooks", "os", "node-fetch", "string_decoder"],
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]!.contents;
}
