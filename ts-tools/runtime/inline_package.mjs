// The files of the package light-sernet-inline: for each model a script that has its SIMD build as text (base64), for bundlers that copy no other files and pages
// that are one file. It needs the package light-sernet.

/** What the models are called there: `light-sernet-inline` and `light-sernet-inline/micro`. */
const ENTRIES = { index: "full", micro: "micro" };

const DECODE = `// Base64 to bytes. A worklet has no atob().
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
export function decode(text) {
  const values = new Uint8Array(128);
  for (let value = 0; value < DIGITS.length; value++) values[DIGITS.charCodeAt(value)] = value;
  const length = text.indexOf("=") < 0 ? text.length : text.indexOf("=");
  const bytes = new Uint8Array((length * 3) >> 2);
  let bits = 0;
  for (let index = 0, at = 0; index < length; index++) {
    bits = (bits << 6) | values[text.charCodeAt(index)];
    if (index % 4 !== 0) bytes[at++] = bits >> (6 - 2 * (index % 4));
  }
  return bytes;
}
`;

const entry = (model) => `import { createLive as live, createRecognizer as create, RecognizerError } from "light-sernet";
import { decode } from "./decode.js";
import { SIMD } from "./${model}_module.js";
export * from "light-sernet";
let module;
function withModule(options) {
  for (const name of ["model", "module", "build"])
    if (options?.[name] !== undefined) throw new RecognizerError("BAD_ARGUMENT", \`light-sernet-inline has one module, so there is no option "\${name}" here; leave it out\`);
  if (typeof WebAssembly !== "undefined") module ??= decode(SIMD);
  return typeof options === "object" && options !== null ? { ...options, module: module ?? new Uint8Array(8) } : options;
}
export async function createRecognizer(options = {}) {
  return create(withModule(options));
}
export async function createLive(options = {}) {
  return live(withModule(options));
}
`;

const types = (model) => `import type { Live, LiveOptions, Recognizer, RecognizerOptions } from "light-sernet";
export * from "light-sernet";
/** A recognizer with the model \`${model}\` in its SIMD build, which is part of this script: nothing is fetched. */
export declare function createRecognizer(options?: RecognizerOptions): Promise<Recognizer>;
/** A stream with the same module. */
export declare function createLive(options?: Omit<LiveOptions, "model" | "module" | "build">): Promise<Live>;
`;

const README = `# light-sernet-inline

Speech emotion recognition (\`light-sernet\`) with the WebAssembly module inside the script: for bundlers that copy no other files (esbuild and Rollup
without a plugin), and pages that are one file.

\`\`\`js
import { createRecognizer } from "light-sernet-inline"; // or "light-sernet-inline/micro"
const recognizer = await createRecognizer();
\`\`\`

Everything else is as in \`light-sernet\`. A script with the module grows by MB of base64, a third more than the module itself. It is the SIMD build, which every current browser
and Node 20 run.
`;

/** The texts of the package by name. `read(model, file)` reads a file of a model. */
export function inlineFiles(version, read) {
  const files = { "decode.js": DECODE };
  const exports = {};
  for (const [name, model] of Object.entries(ENTRIES)) {
    files[`${model}_module.js`] = `export const SIMD =\n  "${read(model, "light-sernet.simd.wasm").toString("base64")}";\n`;
    files[`${name}.js`] = entry(model);
    files[`${name}.d.ts`] = types(model);
    exports[name === "index" ? "." : `./${name}`] = { types: `./${name}.d.ts`, default: `./${name}.js` };
  }
  const sizes = Object.values(ENTRIES).map((model) => `${(files[`${model}_module.js`].length / 1e6).toFixed(2)} (\`${model}\`)`);
  files["README.md"] = README.replace("by MB", `by ${sizes.join(" or ")} MB`);
  const manifest = {
    name: "light-sernet-inline",
    version,
    description: "The models of light-sernet as text in scripts, for bundlers that copy no WebAssembly files",
    keywords: ["speech", "emotion", "recognition", "wasm", "audio"],
    license: "MIT",
    type: "module",
    sideEffects: false,
    engines: { node: ">=20" },
    main: "./index.js",
    types: "./index.d.ts",
    exports: { ...exports, "./package.json": "./package.json" },
    peerDependencies: { "light-sernet": version },
  };
  files["package.json"] = `${JSON.stringify(manifest, null, 2)}\n`;
  return files;
}
