/** The apps: what each writes, how it is built, and what serves it. */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../support/paths.js";
import { installPackages, type Tools } from "./install.js";
import { startServer } from "./program_server.js";
import { NEXT_FILES, page, program } from "./sources.js";
import { type StaticServer, serveFolder } from "./static_server.js";

const run = promisify(execFile);

export interface App {
  /** As in the table of results. */
  name: string;
  tools: Tools;
  /** The package that bundles. */
  bundler: string;
  /** Sources besides the packages, by name. */
  files: Readonly<Record<string, string>>;
  /** Where speech.wav goes before the app is built. */
  soundFolder: string;
  build?(app: BuiltApp): Promise<void>;
  /** Folder of what was built, whose size is in the table. */
  built?: string;
  serve(app: BuiltApp): Promise<StaticServer>;
}

/** Where an app is. */
export interface BuiltApp {
  folder: string;
  /** A program of the tools. */
  program(name: string): string;
}

const VITE = {
  tools: "heavy",
  bundler: "vite",
  files: { "main.js": program(), "index.html": page("/main.js") },
  soundFolder: "public",
} as const;
const viteBuild = (app: BuiltApp) => command(app, "vite", ["build"]);
const NEXT = { tools: "heavy", bundler: "next", files: NEXT_FILES, soundFolder: "public" } as const;

/** esbuild and Rollup leave `new URL()` as it is and copy nothing: the page finds the modules if their folder lies beside the scripts' folder. */
function copyModels({ folder }: BuiltApp): void {
  cpSync(join(folder, "node_modules/light-sernet/models"), join(folder, "dist/models"), { recursive: true });
}

const esbuild = (app: BuiltApp) =>
  command(app, "esbuild", ["main.js", "--bundle", "--minify", "--format=esm", "--outdir=dist/assets", "--log-level=warning"]);
const rollup = (app: BuiltApp) => command(app, "rollup", ["--config", "rollup.config.js", "--silent"]);
const ROLLUP_CONFIG = `import resolve from "@rollup/plugin-node-resolve";
export default { input: "main.js", output: { dir: "dist/assets" }, plugins: [resolve({ browser: true })] };
`;
const bundled = {
  soundFolder: "dist",
  built: "dist",
  serve: ({ folder }: BuiltApp) => serveFolder(join(folder, "dist"), { path: "/some/path/" }),
} as const;

export const APPS: readonly App[] = [
  {
    ...{ name: "esbuild, models copied", tools: "quick", bundler: "esbuild", ...bundled },
    files: { "main.js": program(), "dist/index.html": page("assets/main.js") },
    build: async (app) => {
      await esbuild(app);
      copyModels(app);
    },
  },
  {
    ...{ name: "esbuild, light-sernet-inline", tools: "quick", bundler: "esbuild", ...bundled },
    files: { "main.js": program("light-sernet-inline"), "dist/index.html": page("assets/main.js") },
    build: esbuild,
  },
  {
    ...{ name: "esbuild, light-sernet-inline/micro, one classic script", tools: "quick", bundler: "esbuild", ...bundled },
    files: { "main.js": program("light-sernet-inline/micro"), "dist/index.html": page("assets/main.js", "classic") },
    build: (app) =>
      command(app, "esbuild", ["main.js", "--bundle", "--minify", "--format=iife", "--outdir=dist/assets", "--log-level=error"]),
  },
  {
    ...{ name: "Rollup, models copied", tools: "quick", bundler: "rollup", ...bundled },
    files: { "main.js": program(), "rollup.config.js": ROLLUP_CONFIG, "dist/index.html": page("assets/main.js") },
    build: async (app) => {
      await rollup(app);
      copyModels(app);
    },
  },
  {
    ...{ name: "Rollup, light-sernet-inline", tools: "quick", bundler: "rollup", ...bundled },
    files: { "main.js": program("light-sernet-inline"), "rollup.config.js": ROLLUP_CONFIG, "dist/index.html": page("assets/main.js") },
    build: rollup,
  },
  { ...VITE, name: "Vite, dev", serve: (app) => startServer(app.program("vite"), ["--host", "127.0.0.1", "--port", "5291"], app.folder) },
  { ...VITE, name: "Vite, build", build: viteBuild, built: "dist", serve: ({ folder }) => serveFolder(join(folder, "dist")) },
  {
    ...{ ...VITE, name: "Vite, preview", build: viteBuild, built: "dist" },
    serve: (app) => startServer(app.program("vite"), ["preview", "--host", "127.0.0.1", "--port", "5292"], app.folder),
  },
  {
    ...{ name: "webpack", tools: "heavy", bundler: "webpack", ...bundled },
    files: {
      "src/index.js": program(),
      "dist/index.html": page("main.js", "classic"),
      "build.cjs": `require("webpack")({ mode: "production", context: __dirname }, (error, stats) => {
  if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
});
`,
    },
    build: async ({ folder }) => {
      await run(process.execPath, ["build.cjs"], { cwd: folder });
    },
  },
  {
    ...{ name: "Parcel", tools: "heavy", bundler: "parcel" },
    files: { "main.js": program(), "index.html": page("main.js") },
    soundFolder: "dist",
    build: (app) => command(app, "parcel", ["build", "index.html", "--no-cache", "--no-source-maps"]),
    built: "dist",
    serve: ({ folder }) => serveFolder(join(folder, "dist")),
  },
  {
    ...{ ...NEXT, name: "Next, build" },
    build: (app) => command(app, "next", ["build"]),
    built: ".next/static",
    serve: (app) => startServer(app.program("next"), ["start", "--hostname", "127.0.0.1", "--port", "5293"], app.folder),
  },
  {
    ...{ ...NEXT, name: "Next, build with webpack" },
    build: (app) => command(app, "next", ["build", "--webpack"]),
    built: ".next/static",
    serve: (app) => startServer(app.program("next"), ["start", "--hostname", "127.0.0.1", "--port", "5294"], app.folder),
  },
  {
    ...{ ...NEXT, name: "Next, standalone" },
    files: {
      ...NEXT_FILES,
      "next.config.mjs": 'export default { output: "standalone", serverExternalPackages: ["light-sernet"] };\n',
    },
    build: async (app) => {
      await command(app, "next", ["build"]);
      // As Next's manual says. The folder that is deployed has its own copy of what the server needs.
      const to = standalone(app);
      cpSync(join(app.folder, "public"), join(to, "public"), { recursive: true });
      cpSync(join(app.folder, ".next/static"), join(to, ".next/static"), { recursive: true });
      rmSync(join(app.folder, "node_modules"), { recursive: true });
    },
    built: ".next/static",
    serve: (app) => startServer("env", ["PORT=5296", "HOSTNAME=127.0.0.1", process.execPath, "server.js"], standalone(app)),
  },
  {
    ...{ ...NEXT, name: "Next, dev" },
    serve: (app) => startServer(app.program("next"), ["dev", "--hostname", "127.0.0.1", "--port", "5295"], app.folder),
  },
];

/** Where Next puts a server that needs nothing else: as deep as the app is below the outermost folder with a lock file. */
const standalone = ({ folder }: BuiltApp): string => join(folder, ".next/standalone", relative(repositoryRoot, folder));

async function command({ folder, program }: BuiltApp, name: string, parameters: readonly string[]): Promise<void> {
  await run(program(name), parameters, { cwd: folder, env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" }, maxBuffer: 1e8 });
}

/** Writes the sources of an app into a folder below that of its tools, so that it finds them, and builds it. */
export async function buildApp(app: App, tools: string, archives: string): Promise<BuiltApp> {
  const folder = join(tools, "apps", app.name.replace(/[^a-z]+/gi, "-").toLowerCase());
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of Object.entries({ "package.json": '{ "private": true, "type": "module" }\n', ...app.files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  installPackages(archives, folder);
  const sound = join(repositoryRoot, "examples/speech.wav");
  cpSync(sound, join(folder, app.soundFolder, "speech.wav"));
  const built: BuiltApp = { folder, program: (name) => join(tools, "node_modules/.bin", name) };
  await app.build?.(built);
  if (app.soundFolder === "dist" && !existsSync(join(folder, "dist/speech.wav"))) cpSync(sound, join(folder, "dist/speech.wav"));
  return built;
}
