/** Starts candidates where they run. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { packageRoot } from "../../ts-tools/host/package_root.js";
import type { Task } from "../measured/task.js";
import { bundle } from "./bundle.js";
import type { Host, PageModule } from "./candidates.js";
import { launchChromium } from "./chromium.js";
import { type FileServer, serveFiles } from "./file_server.js";
import { coldPage, type PageScript, startPage } from "./page_subject.js";
import { peersFolder } from "./places.js";
import { type ColdStart, coldStart, type Program, type Started, startProcess } from "./process_subject.js";

const NODE_WORKER = fileURLToPath(new URL("node_worker.js", import.meta.url));
const BUNDLED: readonly PageModule[] = ["tensorflow.js", "onnxruntime-web"];

/** Starts candidates; all pages share one browser and one server. */
export class Launcher {
  readonly #work: string;
  readonly #scripts = new Map<PageModule, string>();
  #browser: Promise<Browser> | undefined;
  #server: Promise<FileServer> | undefined;

  /** `work` is a folder for bundles. */
  constructor(work: string) {
    this.#work = work;
  }

  async start(host: Host, task: Task): Promise<Started> {
    if (host.program !== "page") return startProcess(program(host), task);
    const { browser, server } = await this.#pages();
    return startPage(browser, server, await this.#script(server, host.script, task));
  }

  async cold(host: Host, task: Task): Promise<ColdStart> {
    if (host.program !== "page") return coldStart(program(host), task);
    const { browser, server } = await this.#pages();
    return coldPage(browser, server, await this.#script(server, host.script, task));
  }

  /** The version of Chromium; undefined when it was not needed. */
  async browserVersion(): Promise<string | undefined> {
    return (await this.#browser?.catch(() => undefined))?.version();
  }

  async close(): Promise<void> {
    await (await this.#browser?.catch(() => undefined))?.close();
    await (await this.#server)?.close();
  }

  async #pages(): Promise<{ browser: Browser; server: FileServer }> {
    this.#browser ??= launchChromium();
    this.#server ??= serveFiles({ dist: path.join(packageRoot(), "dist") });
    return { browser: await this.#browser, server: await this.#server };
  }

  async #script(server: FileServer, module: PageModule, task: Task): Promise<PageScript> {
    let address = this.#scripts.get(module);
    if (address === undefined) {
      address = BUNDLED.includes(module)
        ? server.file(await this.#bundle(module as "tensorflow.js"))
        : `${server.address}dist/bench/compare/${module}.js`;
      this.#scripts.set(module, address);
    }
    const files = Object.fromEntries(Object.entries(task.files).map(([name, file]) => [name, server.file(file)]));
    return { address, task: { ...task, files } };
  }

  async #bundle(module: "tensorflow.js" | "onnxruntime-web"): Promise<string> {
    const file = path.join(this.#work, `${module}.mjs`);
    await writeFile(file, await bundle(module));
    return file;
  }
}

function program(host: Exclude<Host, { program: "page" }>): Program {
  if (host.program === "node") return { command: process.execPath, parameters: [...host.flags, NODE_WORKER] };
  // -B: no __pycache__ in bench/peers.
  return { command: host.python, parameters: ["-B", path.join(peersFolder(), "worker.py")] };
}
