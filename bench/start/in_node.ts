/** The steps of one start in this process, as JSON: node dist/bench/start/in_node.js MODULE SOUND bytes|streaming */
import { createReadStream, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { runIfMain } from "../../ts-tools/host/main_module.js";
import { printLine } from "../../ts-tools/host/terminal.js";
import { startPhases } from "./phases.js";

await runIfMain(import.meta.url, async () => {
  const [, , module = "", sound = "", way] = process.argv;
  const pcm = readFileSync(sound);
  const samples = new Int16Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.length));
  const source =
    way === "streaming"
      ? new Response(Readable.toWeb(createReadStream(module)) as ReadableStream<Uint8Array>, {
          headers: { "content-type": "application/wasm" },
        })
      : new Uint8Array(readFileSync(module));
  printLine(JSON.stringify(await startPhases(source, samples)));
});
