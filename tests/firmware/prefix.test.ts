/** `build --firmware --prefix NAME`: which names there may be, and what becomes of the names in the C sources. Nothing is compiled here. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertMayWrite, firmwareFolder } from "../../ts-tools/firmware/firmware_folder.js";
import { componentName, prefixed, prefixedFiles, refusal } from "../../ts-tools/firmware/prefix.js";
import { buildPlan } from "../module/built_model.js";
import { Instance } from "../module/instance.js";
import { lightSernetAgain } from "../support/command.js";
import { manifestOf, SMALL_NORMALIZED, VERSION } from "./small_model.js";
import { FILES } from "./workplace.js";

const work = mkdtempSync(join(tmpdir(), "light-sernet-prefix-"));
after(() => rmSync(work, { recursive: true }));

/** Texts of the user that look like names of ours. */
const ID = "lsn_model LSN_OK light_sernet";
const CLASSES = ["lsn_init", "light_sernet.h", "LIGHT_SERNET_H", "@RAM@", "e"];
const LICENSE = "LSN_LICENSE";

/** The same model without a prefix, and with one. */
let plain: Map<string, string>;
let voice: Map<string, string>;

before(async () => {
  const built = await buildPlan(SMALL_NORMALIZED);
  const { embedded } = built;
  const memoryBytes = (await Instance.create(embedded)).exports.memoryNeeded();
  const manifest = { ...manifestOf(built), id: ID, classes: CLASSES.slice(0, built.classes.length), license: LICENSE };
  const write = async (prefix?: string): Promise<Map<string, string>> => {
    const files = await firmwareFolder(embedded, memoryBytes, manifest, VERSION, prefix);
    return new Map(Array.from(files, ([name, bytes]) => [name, new TextDecoder().decode(bytes)]));
  };
  plain = await write();
  voice = await write("voice");
});

test("names that may be, and a sentence for the others", () => {
  for (const name of ["lsn", "a", "voice", "Voice2", "my_voice", "string", "int", "audio", "a".repeat(31)])
    assert.equal(refusal(name), undefined);
  const cases: [string, RegExp][] = [
    ...["", "2x", "_a", "a_", "a__b", "a-b", "a b", "ü", "a\n", "../a", "a".repeat(32)].map((name): [string, RegExp] => [
      name,
      /a name of C/,
    ]),
    ...["LSN", "Lsn", "lsn_wav", "LSN_x"].map((name): [string, RegExp] => [name, /begin with lsn_ belong to a model without --prefix/]),
    ...["atomic", "mtx", "SIG"].map((name): [string, RegExp] => [name, /^The C library has names that begin with [a-z]+_; choose another/]),
  ];
  for (const [name, sentence] of cases) {
    assert.match(refusal(name) ?? "", sentence, name);
    assert.match(refusal(name)!, /^[A-Z].*[.]$/);
  }
});

test("wrong usage: exit code 2 and a sentence, before anything is built", async () => {
  const cases: [string[], RegExp][] = [
    [["--firmware", "c", "--prefix", "2x"], /^light-sernet: option '--prefix <name>' argument '2x' is invalid\. A prefix is a name of C/],
    [["--out", "o", "--prefix", "voice"], /^light-sernet: --prefix is for the C sources; add --firmware DIR\n/],
  ];
  for (const [parameters, sentence] of cases) {
    const { code, stdout, stderr } = await lightSernetAgain(["build", "x", ...parameters]);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
    assert.match(stderr, sentence);
  }
});

test("without --prefix the names are those of always", () => {
  assert.deepEqual([...plain.keys()].sort(), FILES);
  assert.match(plain.get("src/light_sernet.h")!, /^lsn_status lsn_init\(lsn_state \*state\);$/m);
  assert.match(plain.get("src/light_sernet.h")!, /^#ifndef LIGHT_SERNET_H$/m);
});

test("with one, files and all names in them are renamed, and nothing else is", () => {
  assert.deepEqual([...voice.keys()].sort(), FILES.map((name) => name.replace("light_sernet", "voice_light_sernet")).sort());
  const header = voice.get("src/voice_light_sernet.h")!;
  for (const line of [
    /^voice_status voice_init\(voice_state \*state\);$/m,
    /^ {2}VOICE_OK = 0, /m,
    /^#ifndef VOICE_LIGHT_SERNET_H$/m,
    /^ {2}VOICE_ALIGNED uint64_t opaque\[VOICE_STATE_BYTES \/ 8\];$/m,
    /^#define VOICE_ADAPTATION_BYTES \d+$/m,
  ])
    assert.match(header, line);
  const inBuildFiles: [string, RegExp][] = [
    ["CMakeLists.txt", /^add_library\(voice_light_sernet STATIC src\/voice_light_sernet\.c\)$/m],
    ["CMakeLists.txt", /^option\(VOICE_LIGHT_SERNET_UNCHECKED /m],
    ["CMakeLists.txt", /^ {2}target_compile_definitions\(voice_light_sernet PRIVATE VOICE_UNCHECKED\)$/m],
    ["zephyr/module.yml", /^name: voice-light-sernet$/m],
    ["zephyr/Kconfig", /^config VOICE_LIGHT_SERNET$/m],
    ["zephyr/CMakeLists.txt", /^if\(CONFIG_VOICE_LIGHT_SERNET\)\n {2}zephyr_library_named\(voice_light_sernet\)$/m],
    ["library.properties", /^name=voice-light-sernet\n(.*\n)*includes=voice_light_sernet\.h$/m],
    ["examples/Classify/Classify.ino", /^#include <voice_light_sernet\.h>$/m],
    ["README.md", /`voice_classify\(\)` takes a recording/],
  ];
  for (const [name, line] of inBuildFiles) assert.match(voice.get(name)!, line, name);

  // Back again it is the same text.
  for (const name of ["src/light_sernet_module.h", "src/light_sernet_exports.h", "src/light_sernet_sqrt.h", "src/light_sernet.c"]) {
    const renamed = voice.get(prefixed(name, "voice"))!;
    assert.doesNotMatch(renamed, /\blsn_|\bLSN_|\blight_sernet|\bLIGHT_SERNET/);
    const back = renamed
      .replace(/voice_(?=light_sernet)|VOICE_(?=LIGHT_SERNET)/g, "")
      .replaceAll("voice_", "lsn_")
      .replaceAll("VOICE_", "LSN_");
    assert.equal(back, plain.get(name), name);
  }
  assert.equal(
    voice.get("src/voice_light_sernet_weights.h"),
    plain.get("src/light_sernet_weights.h")!.replaceAll("light_sernet.c", "voice_light_sernet.c"),
  );
  assert.equal(voice.get("model.json"), plain.get("model.json"));
});

test("the texts of the user stay as they are", () => {
  const header = voice.get("src/voice_light_sernet.h")!;
  assert.match(header, /^#define VOICE_MODEL_ID "lsn_model LSN_OK light_sernet"$/m);
  assert.match(header, /Model lsn_model LSN_OK light_sernet, \d classes: lsn_init, light_sernet\.h, /);
  assert.match(header, /^ \* License of the model: LSN_LICENSE\.$/m);
  assert.match(voice.get("README.md")!, /model `lsn_model LSN_OK light_sernet`, classes `lsn_init`, `light_sernet\.h`/);
  assert.match(voice.get("LICENSE")!, /in src\/voice_light_sernet_weights\.h and model\.json, has one of its own: LSN_LICENSE\./);
});

test("a prefix with which a name would be there twice is refused", () => {
  const files = new Map([["a.c", "static int module_start(void);\nint lsn_start(void);\n"]]);
  assert.throws(
    () => prefixedFiles(files, "module"),
    /^Error: --prefix module: the C sources have a module_start of their own, .*; choose another prefix$/,
  );
  assert.deepEqual([...prefixedFiles(files, "x")], [["a.c", "static int module_start(void);\nint x_start(void);\n"]]);
  assert.equal(componentName("lsn"), "light-sernet");
});

test("a folder with a model of another prefix is not written to", () => {
  const folder = join(work, "other");
  mkdirSync(join(folder, "src"), { recursive: true });
  writeFileSync(join(folder, "src", "voice_light_sernet.h"), "");
  assertMayWrite(folder, "voice");
  for (const prefix of [undefined, "big"])
    assert.throws(
      () => assertMayWrite(folder, prefix),
      /^Error: .*other has a model with another prefix \(src\/voice_light_sernet\.h\); choose another folder/,
    );
  const foreign = join(work, "foreign");
  mkdirSync(foreign);
  assertMayWrite(foreign, "voice");
  writeFileSync(join(foreign, "main.c"), "");
  assert.throws(() => assertMayWrite(foreign, "voice"), /there is no src\/voice_light_sernet\.h\); choose an empty folder$/);
});
