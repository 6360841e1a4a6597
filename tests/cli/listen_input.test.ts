/** The input of `light-sernet listen`: pieces until the stream ends or is stopped. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { piecesUntil } from "../../ts-tools/cli/listen_input.js";
import { memoryInUse } from "../support/memory.js";

const PIECE = 16_000;

async function* endless(most = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
  for (let count = 0; count < most; count++) {
    await new Promise((resolve) => setImmediate(resolve));
    yield new Uint8Array(PIECE);
  }
}

test("pieces that were read are not kept: 64 MB pass through", async () => {
  const forever = new Promise<void>(() => {});
  let bytes = 0;
  let before = 0;
  let after = 0;
  for await (const piece of piecesUntil(endless(4000), forever)) {
    bytes += piece.length;
    if (bytes === 100 * PIECE) before = memoryInUse();
    if (bytes === 4000 * PIECE) after = memoryInUse();
  }
  assert.equal(bytes, 4000 * PIECE);
  assert.ok(after - before < 1e6, `${after - before} bytes more`);
});

test("a stop ends a wait for a piece that does not come, and pieces that would; a failure after it does not matter", async () => {
  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let refuse = (_: Error): void => {};
  const stuck = async function* (): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(1);
    await new Promise((_, reject) => {
      refuse = reject;
    });
  };
  let pieces = 0;
  setTimeout(stop, 20);
  for await (const _ of piecesUntil(stuck(), stopped)) pieces++;
  refuse(new Error("too late"));
  for await (const _ of piecesUntil(endless(), stopped)) pieces++;
  assert.equal(pieces, 1);

  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(1);
    throw new Error("broken");
  };
  const reading = async (): Promise<void> => {
    for await (const _ of piecesUntil(broken(), new Promise(() => {}))) pieces++;
  };
  await assert.rejects(reading, { message: "broken" });
});
