/** `npm run web`: builds the page into dist/page and serves it; `npm run web -- --out FOLDER` only builds it there. */
import { parseArgs } from "node:util";
import { buildPage, defaultPageFolder } from "./build_page.js";
import { servePage } from "./serve_page.js";

const { values } = parseArgs({ options: { out: { type: "string" }, port: { type: "string", default: "8080" } } });
const folder = values.out ?? defaultPageFolder();
buildPage(folder);
if (values.out === undefined) {
  const { address } = await servePage(folder, "/", Number(values.port));
  console.log(`${address}   (from ${folder}; Ctrl-C ends it)`);
}
