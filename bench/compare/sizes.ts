/** What a browser must download of each library. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { CompressedSize } from "../../ts-tools/link/compressed_size.js";
import { MODULE_BUILDS } from "../../ts-tools/model/builds.js";
import { ONNXRUNTIME_WASM } from "../peers/onnxruntime_web.js";
import { TENSORFLOW_WASM } from "../peers/tensorflow_js.js";
import { type Bundled, bundle } from "./bundle.js";
import { buildFile, type Inputs } from "./candidates.js";
import type { Precision } from "./measurement.js";
import { folderWithPackage, packageFolder } from "./places.js";
import { RememberedSizes } from "./remembered_sizes.js";
import type { DownloadSize } from "./report.js";

type Who = Pick<DownloadSize, "subject" | "build" | "precision">;

/** Of all that is installed; without esbuild only of our modules, and without JavaScript. */
export async function downloadSizes(inputs: Inputs, onnxModels: ReadonlyMap<Precision, string>): Promise<DownloadSize[]> {
  const sizes: DownloadSize[] = [];
  const known = await RememberedSizes.open();
  const bundles = folderWithPackage("esbuild") !== undefined;
  const add = async (who: Who & { subject: Bundled }, files: readonly string[]): Promise<void> => {
    if (!bundles && who.subject !== "light-sernet") return;
    const parts: DownloadSize["files"] = bundles ? [{ file: "JavaScript", ...known.of(await bundle(who.subject)) }] : [];
    for (const file of files) parts.push({ file: path.basename(file), ...known.of(await readFile(file)) });
    sizes.push({ ...who, ...total(parts), files: parts });
  };
  for (const build of MODULE_BUILDS) {
    const file = buildFile(inputs.model, build);
    if (existsSync(file)) await add({ subject: "light-sernet", build, precision: "int8" }, [file]);
  }
  const tensorflow = folderWithPackage("@tensorflow/tfjs-backend-wasm");
  if (tensorflow !== undefined && inputs.graphModel !== undefined) {
    const wasm = path.join(packageFolder(tensorflow, "@tensorflow/tfjs-backend-wasm"), "dist", TENSORFLOW_WASM);
    await add({ subject: "tensorflow.js", precision: "float32" }, [wasm, inputs.graphModel.model, ...inputs.graphModel.shards]);
  }
  const onnx = folderWithPackage("onnxruntime-web");
  for (const [precision, model] of onnxModels) {
    if (onnx === undefined) continue;
    const wasm = path.join(packageFolder(onnx, "onnxruntime-web"), "dist", ONNXRUNTIME_WASM);
    await add({ subject: "onnxruntime-web", precision }, [wasm, model]);
  }
  if (folderWithPackage("meyda") !== undefined) await add({ subject: "meyda", precision: "float32" }, []);
  known.keep();
  return sizes;
}

function total(parts: readonly CompressedSize[]): CompressedSize {
  const sum = (name: keyof CompressedSize): number => parts.reduce((all, part) => all + part[name], 0);
  return { bytes: sum("bytes"), gzip: sum("gzip"), brotli: sum("brotli") };
}
