/** `npm run web`: builds the page into dist/page and serves it; `npm run web -- --out FOLDER` only builds it there. */
import { parseArgs } from "node:util";
import { runIfMain } from "../../ts-tools/host/main_module.js";
import { printLine } from "../../ts-tools/host/terminal.js";
import { buildPage, defaultPageFolder } from "./build_page.js";
import { servePage } from "./serve_page.js";

await runIfMain(import.meta.url, async () => {
  const { values } = parseArgs({ options: { out: { type: "string" }, port: { type: "string", default: "8080" } } });
  const folder = values.out ?? defaultPageFolder();
  await buildPage(folder);
  if (values.out !== undefined) return;
  const { address } = await servePage(folder, "/", Number(values.port));
  printLine(`${address}   (from ${folder}; Ctrl-C ends it)`);
});
