/** `light-sernet build --firmware DIR`: how the folder is written, what is refused, and names of models and classes in C. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { before, test } from "node:test";
import { buildToFolder } from "../../ts-tools/cli/build.js";
import { fixtureWithScales } from "../import/model_fixtures.js";
import { COMMAND, type CommandResult, lightSernet, lines, runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { FILES, quiet, skipCompiler, tree, Workplace } from "./workplace.js";

const SMALL_CLASSES = "a,b,c,d,e";
const SMALL_LICENSE = "CC BY-NC-SA 4.0 */";

const place = new Workplace();

/** A model that is built in seconds. */
let small: string;

before(() => {
  small = fixtureWithScales("tiny.keras3.keras", join(place.work, "small"));
  const sidecar = join(place.work, "small", "light-sernet.json");
  const fields = JSON.parse(readFileSync(sidecar, "utf8")) as object;
  writeFileSync(sidecar, JSON.stringify({ ...fields, license: SMALL_LICENSE }));
});

test("the same model is built to the same bytes in any folder and beside any other model", async () => {
  const elsewhere = join(place.work, "some", "where");
  const temporary = join(place.work, "temporary");
  for (const folder of [elsewhere, temporary]) mkdirSync(folder, { recursive: true });
  const source = relative(elsewhere, join(repositoryRoot, "weights", "full"));
  const { code, stdout, stderr } = await lightSernet(["build", source, "--out", "out", "--firmware", "c"], {
    folder: elsewhere,
    environment: { TMPDIR: temporary, TZ: "Asia/Tokyo", LANG: "de_DE.UTF-8" },
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^out, c: /);
  assert.deepEqual(tree(join(elsewhere, "c")), FILES);
  for (const name of FILES) assert.equal(readFileSync(join(elsewhere, "c", name), "utf8"), place.text(name), name);
  assert.ok(existsSync(join(elsewhere, "out", "light-sernet.wasm")));
  assert.deepEqual(tree(temporary, true), [], "nothing of the translation is left");
});

test("no file names a path of this machine", () => {
  const paths = [repositoryRoot, place.work, tmpdir(), homedir(), dirname(process.execPath)].filter((path) => path !== "/");
  for (const name of FILES) {
    const content = place.text(name);
    for (const path of paths) assert.ok(!content.includes(`${path}/`) && !content.includes(`${path}"`), `${name} names ${path}`);
    assert.doesNotMatch(content, /(^|[\s"'`(=<])(\/(home|root|tmp|usr|var|work|opt|Users|private)\/|[A-Z]:\\)/m, name);
  }
});

/** Everything below a folder: names, and the files' bytes. */
const snapshot = (folder: string): [string, string][] =>
  tree(folder, true).map((name) => [name, name.endsWith("/") ? "" : readFileSync(join(folder, name), "latin1")]);

const buildArguments = (folder: string): string[] => [
  "build",
  small,
  "--profile",
  "embedded",
  "--classes",
  SMALL_CLASSES,
  "--firmware",
  folder,
];

const buildSmall = (folder: string) => lightSernet(buildArguments(folder), { environment: { LC_ALL: "C" } });

/** The same without a process of its own, which would load the compiler again. */
const buildHere = (firmware: string, more: Partial<Parameters<typeof buildToFolder>[1]> = {}) =>
  buildToFolder(small, { profile: "embedded", classes: SMALL_CLASSES, firmware, ...more });

/** Exit code 1 with one sentence that matches, and nothing said to have been made. */
function assertRefused({ code, stdout, stderr }: CommandResult, sentence: RegExp): void {
  assert.deepEqual({ code, stdout }, { code: 1, stdout: "" }, stderr);
  assert.match(stderr, /^light-sernet: [^\n]+\n$/);
  assert.match(stderr, sentence);
}

test("refused in one sentence, nothing is written: a file where the folder should be", async () => {
  const root = join(place.work, "refused");
  mkdirSync(root);
  writeFileSync(join(root, "file"), "mine");
  const before = snapshot(root);
  assertRefused(await buildSmall(join(root, "file")), /refused\/file: there is a file where a folder is needed; choose another place$/m);
  assert.deepEqual(snapshot(root), before);
});

test("refused in one sentence: where no folder can be made", { skip: !existsSync("/proc/self") && "no /proc here" }, async () => {
  assertRefused(
    await buildSmall("/proc/light-sernet"),
    /^light-sernet: \/proc\/light-sernet: this folder cannot be made here; choose another place$/m,
  );
});

/** Root may write everywhere: the command then runs as nobody, where nobody can read the package. */
function asOther(program: string, parameters: readonly string[]): { command: string; parameters: string[] } | string {
  if (process.getuid?.() !== 0) return { command: program, parameters: [...parameters] };
  const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
  const able = spawnSync("setpriv", [...nobody, program, COMMAND, "--version"]).status === 0;
  return able
    ? { command: "setpriv", parameters: [...nobody, program, ...parameters] }
    : "root may write everywhere, and nobody cannot run this";
}

test("refused in one sentence, nothing is written: a folder that may not be written to", async (t) => {
  const folder = join(place.work, "read-only");
  mkdirSync(join(folder, "src"), { recursive: true });
  writeFileSync(join(folder, "src", "light_sernet.h"), "of an older build");
  t.after(() => chmodSync(folder, 0o755));
  chmodSync(folder, 0o555);
  chmodSync(place.work, 0o755);
  const before = snapshot(folder);
  for (const target of [folder, join(folder, "below")]) {
    const other = asOther(process.execPath, [COMMAND, ...buildArguments(target)]);
    if (typeof other === "string") return t.skip(other);
    assertRefused(
      await runProgram(other.command, other.parameters),
      /read-only\/(src\/light_sernet\.h|below): it cannot be opened \(permission denied\)/,
    );
    assert.deepEqual(snapshot(folder), before);
  }
});

test("refused in one sentence, before anything is built: a folder with somebody else's files", async () => {
  const folder = join(place.work, "project");
  mkdirSync(join(folder, "src"), { recursive: true });
  for (const name of ["README.md", "CMakeLists.txt", "src/main.c"]) writeFileSync(join(folder, name), "mine");
  const before = snapshot(folder);
  assertRefused(await buildSmall(folder), /project has files that are not from an earlier --firmware build .*; choose an empty folder$/m);
  assert.deepEqual(snapshot(folder), before);
  const empty = join(place.work, "empty-folder");
  mkdirSync(empty);
  assert.equal((await buildSmall(empty)).code, 0);
});

interface Blocked {
  before: [string, string][];
  after: [string, string][];
  result: CommandResult;
}

let blocked: Promise<Blocked> | undefined;

/** The command on a folder of an older build with a folder where a file is needed. */
async function buildBlocked(): Promise<Blocked> {
  const folder = join(place.work, "blocked");
  mkdirSync(join(folder, "src"), { recursive: true });
  mkdirSync(join(folder, "README.md"));
  writeFileSync(join(folder, "src", "light_sernet.h"), "of an older build");
  writeFileSync(join(folder, "mine.txt"), "mine");
  const before = snapshot(folder);
  const result = await buildSmall(folder);
  return { before, after: snapshot(folder), result };
}

test("refused in one sentence, no file is changed: a folder where a file is needed", async () => {
  blocked ??= buildBlocked();
  const { before, after, result } = await blocked;
  assertRefused(result, /README\.md is a folder where a file is needed; remove it, or choose another place$/m);
  const files = (all: [string, string][]) => all.filter(([name]) => !name.endsWith("/"));
  assert.deepEqual(files(after), files(before));
});

test("and no folder is left that was not there before", async () => {
  blocked ??= buildBlocked();
  const { before, after } = await blocked;
  assert.deepEqual(after, before);
});

test("a folder of an older build gets the new files and keeps what is not the command's; the profile makes no difference", async () => {
  const folder = join(place.work, "again");
  await buildHere(folder, { profile: "host" });
  const before = snapshot(folder);
  writeFileSync(join(folder, "src", "light_sernet.c"), "#error damaged\n");
  mkdirSync(join(folder, "src", "mine"));
  writeFileSync(join(folder, "src", "mine", "mine.c"), "int mine;\n");
  await buildHere(folder);
  const added = snapshot(folder).filter(([name]) => name.startsWith("src/mine"));
  assert.deepEqual(added, [
    ["src/mine/", ""],
    ["src/mine/mine.c", "int mine;\n"],
  ]);
  assert.deepEqual(
    snapshot(folder).filter(([name]) => !name.startsWith("src/mine")),
    before,
  );
});

test("header and LICENSE say the model's license, which may be another one than the code's", async () => {
  const code = readFileSync(join(repositoryRoot, "LICENSE"), "utf8");
  assert.equal(place.text("LICENSE"), code);
  assert.match(place.text("src/light_sernet.h"), /\n \* License of the model: MIT\.\n/);
  const folder = join(place.work, "licensed");
  await buildHere(folder);
  const text = (name: string) => readFileSync(join(folder, name), "utf8");
  assert.ok(text("LICENSE").startsWith(`${code}\n`));
  assert.match(text("LICENSE"), /\. The model, in [^\n]*, has one of its own: CC BY-NC-SA 4\.0 \*\/\.\n$/);
  assert.doesNotMatch(text("idf_component.yml"), /^license:/m);
  assert.match(text("src/light_sernet.h"), /\n \* License of the model: CC BY-NC-SA 4\.0 \* \/\.\n/);
});

test("nowhere to write to: exit code 2 and a sentence", async () => {
  const { code, stdout, stderr } = await lightSernet(["build", "x"]);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
  assert.match(stderr, /^light-sernet: nowhere to write to; add --out DIR, --firmware DIR or both\n\("light-sernet --help" [^\n]*\)\n$/);
});

/** The C sources with these names compile, and the classes and the id are what was given. */
async function assertNamesInC(name: string, id: string, classes: readonly string[]): Promise<void> {
  const folder = join(place.work, name);
  await buildHere(folder, { classes: classes.join(","), id });
  writeFileSync(
    join(folder, "names.c"),
    `#include <light_sernet.h>
#include <stdio.h>
static lsn_state state;
int main(void) {
  lsn_init(&state);
  printf("%s\\n%s\\n", LSN_MODEL_ID, lsn_model_id(&state));
  for (int i = 0; i < LSN_CLASSES; i++) printf("%s\\n", lsn_class_name(&state, i));
  return 0;
}
`,
  );
  const program = join(folder, "names");
  const sources = [join(folder, "names.c"), join(folder, "src", "light_sernet.c")];
  await quiet("gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-I", join(folder, "src"), ...sources, "-o", program);
  const { stdout } = await runProgram(program, []);
  assert.deepEqual(lines(stdout), [id, id, ...classes]);
}

test("names with quotes, backslashes and letters of any language", { skip: skipCompiler }, async () => {
  await assertNamesInC("names", 'über "n\\t"', ["freude", '"', "\\", "怒り", "%s"]);
});

test("names that begin or end a comment in C", { skip: skipCompiler }, async () => {
  await assertNamesInC("comments", "a*/b", ["/*", "*/", "c", "d", "e"]);
});

test("names that C99 reads otherwise: trigraphs, digits after letters outside ASCII", { skip: skipCompiler }, async () => {
  await assertNamesInC("trigraphs", "what??/", ["??=", "a??'b", "???", "\u00e99", "\u00fc0"]);
});
