/** The apps: what each writes, how it is built, and what serves it. */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../support/paths.js";
import { installPackages, type Tools } from "./install.js";
import { startServer } from "./program_server.js";
import { NEXT_FILES, NEXT_LISTEN_FILES, page, program, type Use } from "./sources.js";
import { type StaticServer, serveFolder } from "./static_server.js";

const run = promisify(execFile);

export interface App {
  /** As in the table of results. */
  name: string;
  tools: Tools;
  /** The package that bundles. */
  bundler: string;
  use: Use;
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
  use: "classify",
  soundFolder: "dist",
  built: "dist",
  serve: ({ folder }: BuiltApp) => serveFolder(join(folder, "dist"), { path: "/some/path/" }),
} as const;

let lastPort = 5290;
/** Of a server on this machine: the one before may not have let go of its own. */
const freePort = (): string => String(++lastPort);

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
    files: { "main.js": program("classify", "light-sernet-inline"), "dist/index.html": page("assets/main.js") },
    build: esbuild,
  },
  {
    ...{ name: "esbuild, light-sernet-inline/micro, one classic script", tools: "quick", bundler: "esbuild", ...bundled },
    files: { "main.js": program("classify", "light-sernet-inline/micro"), "dist/index.html": page("assets/main.js", "classic") },
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
    files: {
      "main.js": program("classify", "light-sernet-inline"),
      "rollup.config.js": ROLLUP_CONFIG,
      "dist/index.html": page("assets/main.js"),
    },
    build: rollup,
  },
  {
    ...{ name: "esbuild, models and scripts copied", tools: "quick", bundler: "esbuild", ...bundled, use: "listen" },
    files: { "main.js": program("listen"), "dist/index.html": page("assets/main.js") },
    build: async (app) => {
      const scripts = ["worker", "worklet"].map((name) => `microphone_${name}=light-sernet/microphone/${name}`);
      await command(app, "esbuild", [
        "main=main.js",
        ...scripts,
        "--bundle",
        "--splitting",
        "--minify",
        "--format=esm",
        "--outdir=dist/assets",
      ]);
      copyModels(app);
    },
  },
  ...(["classify", "listen"] as const).flatMap((use) => [...vite(use), webpack(use), parcel(use), ...next(use)]),
];

function vite(use: Use): App[] {
  const files = { "main.js": program(use), "index.html": page("/main.js") };
  const app = { tools: "heavy", bundler: "vite", use, files, soundFolder: "public" } as const;
  const start = ({ folder, program }: BuiltApp, ...command: string[]): Promise<StaticServer> =>
    startServer(program("vite"), [...command, "--host", "127.0.0.1", "--port", freePort()], folder);
  const built = { ...app, build: (app: BuiltApp) => command(app, "vite", ["build"]), built: "dist" };
  return [
    { ...app, name: "Vite, dev", serve: (app) => start(app) },
    { ...built, name: "Vite, build", serve: ({ folder }) => serveFolder(join(folder, "dist")) },
    { ...built, name: "Vite, preview", serve: (app) => start(app, "preview") },
  ];
}

function webpack(use: Use): App {
  return {
    ...{ name: "webpack", tools: "heavy", bundler: "webpack", ...bundled, use },
    files: {
      "src/index.js": program(use),
      "dist/index.html": page("main.js", "classic"),
      "build.cjs": `require("webpack")({ mode: "production", context: __dirname }, (error, stats) => {
  if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
});
`,
    },
    build: async ({ folder }) => {
      await run(process.execPath, ["build.cjs"], { cwd: folder });
    },
  };
}

function parcel(use: Use): App {
  return {
    ...{ name: "Parcel", tools: "heavy", bundler: "parcel", use },
    files: { "main.js": program(use), "index.html": page("main.js") },
    soundFolder: "dist",
    build: (app) => command(app, "parcel", ["build", "index.html", "--no-cache", "--no-source-maps"]),
    built: "dist",
    serve: ({ folder }) => serveFolder(join(folder, "dist")),
  };
}

function next(use: Use): App[] {
  const files = use === "classify" ? NEXT_FILES : NEXT_LISTEN_FILES;
  const app = { tools: "heavy", bundler: "next", use, files, soundFolder: "public" } as const;
  const start = ({ folder, program }: BuiltApp, name: string): Promise<StaticServer> =>
    startServer(program("next"), [name, "--hostname", "127.0.0.1", "--port", freePort()], folder);
  const built = { ...app, built: ".next/static", serve: (app: BuiltApp) => start(app, "start") };
  const turbopack = (app: BuiltApp): Promise<void> => command(app, "next", ["build"]);
  const alone: App = {
    ...{ ...built, name: "Next, standalone" },
    files: { ...files, "next.config.mjs": 'export default { output: "standalone", serverExternalPackages: ["light-sernet"] };\n' },
    build: async (app) => {
      await turbopack(app);
      // As Next's manual says. The folder that is deployed has its own copy of what the server needs.
      const to = standalone(app);
      cpSync(join(app.folder, "public"), join(to, "public"), { recursive: true });
      cpSync(join(app.folder, ".next/static"), join(to, ".next/static"), { recursive: true });
      rmSync(join(app.folder, "node_modules"), { recursive: true });
    },
    serve: (app) => startServer("env", [`PORT=${freePort()}`, "HOSTNAME=127.0.0.1", process.execPath, "server.js"], standalone(app)),
  };
  return [
    { ...built, name: "Next, build", build: turbopack },
    { ...built, name: "Next, build with webpack", build: (app) => command(app, "next", ["build", "--webpack"]) },
    // Its own copy of the package is for the server, which hears nothing.
    ...(use === "classify" ? [alone] : []),
    { ...app, name: "Next, dev", serve: (app) => start(app, "dev") },
  ];
}

/** Where Next puts a server that needs nothing else: as deep as the app is below the outermost folder with a lock file. */
const standalone = ({ folder }: BuiltApp): string => join(folder, ".next/standalone", relative(repositoryRoot, folder));

async function command({ folder, program }: BuiltApp, name: string, parameters: readonly string[]): Promise<void> {
  await run(program(name), parameters, { cwd: folder, env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" }, maxBuffer: 1e8 });
}

/** Writes the sources of an app into a folder below that of its tools, so that it finds them, and builds it. */
export async function buildApp(app: App, tools: string, archives: string): Promise<BuiltApp> {
  const folder = join(tools, "apps", `${app.name} ${app.use}`.replace(/[^a-z]+/gi, "-").toLowerCase());
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
