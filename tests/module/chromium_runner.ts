/** Modules in a real Chromium, through run_in_page.ts. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPage } from "../support/chromium.js";
import { repositoryRoot } from "../support/paths.js";
import type { Classification } from "./instance.js";
import { type Job, readResults, writeInputs } from "./wasmtime_runner.js";

/** What each module says of its inputs, in their order; the level of MFCCs is 0. */
export async function runInChromium(jobs: readonly Job[]): Promise<Classification[][]> {
  const folder = mkdtempSync(join(tmpdir(), "light-sernet-chromium-"));
  const { page, server, close } = await openPage({ dist: join(repositoryRoot, "dist") });
  const program = `${server.address}dist/tests/module/run_in_page.js`;
  try {
    const results: Classification[][] = [];
    for (const [index, { module, inputs, classes }] of jobs.entries()) {
      const [wasm, input] = [join(folder, `${index}.wasm`), join(folder, `${index}.in`)];
      writeFileSync(wasm, module);
      writeInputs(input, inputs());
      const bytes = await page.evaluate(
        async ([from, ...files]) => {
          const { runInPage } = (await import(from!)) as { runInPage: (module: string, inputs: string) => Promise<number[]> };
          return runInPage(files[0]!, files[1]!);
        },
        [program, server.file(wasm), server.file(input)],
      );
      results.push(readResults(Buffer.from(bytes), classes));
      rmSync(input);
    }
    return results;
  } finally {
    await close();
    rmSync(folder, { recursive: true });
  }
}
