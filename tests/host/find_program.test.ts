import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { findProgram } from "../../ts-tools/host/find_program.js";

const folder = mkdtempSync(join(tmpdir(), "light-sernet-program-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const WANTED = { names: ["decoder"], variable: "LIGHT_SERNET_DECODER", howToGet: "install a decoder" };

test("programs on the PATH have an extension on Windows", () => {
  const path = { PATH: [join(folder, "nowhere"), "", folder].join(delimiter) };
  for (const [platform, name] of [
    ["linux", "decoder"],
    ["win32", "decoder.exe"],
  ] as const) {
    assert.throws(() => findProgram(WANTED, path, platform), /^Error: install a decoder, or name the program in LIGHT_SERNET_DECODER$/);
    writeFileSync(join(folder, name), "", { mode: 0o755 });
    assert.equal(findProgram(WANTED, path, platform), join(folder, name));
  }
});
