/** What describes the generated folder to ESP-IDF, Zephyr and Arduino: their files, read with the tools that the first two read them with. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lines } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { type BuildFiles, readBuildFiles, skipPython } from "./read_build_files.js";
import { KCONFIG, Workplace } from "./workplace.js";

const place = new Workplace();

const buildFiles = (...configurations: string[]): BuildFiles => readBuildFiles([place.written], ...configurations);

test("ESP-IDF: idf_component.yml", { skip: skipPython }, () => {
  const manifest = buildFiles().yaml["idf_component.yml"]!;
  const { version } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as { version: string };
  // For a component in components/ none is required; the registry requires the version, as a text, and the license.
  assert.equal(manifest.version, version);
  assert.match(version, /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/);
  assert.ok(typeof manifest.description === "string" && manifest.description.length > 10);
  assert.equal(manifest.license, "MIT");
  const known = ["version", "description", "license", "url", "repository", "documentation", "issues", "discussion", "tags", "targets"];
  for (const name of Object.keys(manifest)) assert.ok([...known, "dependencies", "maintainers", "files", "examples"].includes(name), name);
});

test("Zephyr: module.yml names what is there", { skip: skipPython }, () => {
  const module = buildFiles().yaml["zephyr/module.yml"]!;
  assert.deepEqual(Object.keys(module), ["name", "build"]);
  assert.equal(module.name, "light-sernet");
  const { cmake: folder, kconfig, ...rest } = module.build as Record<string, string>;
  assert.deepEqual(rest, {});
  // As Zephyr's scripts/zephyr_module.py demands: a folder with a CMakeLists.txt, and a file, both from the module's folder.
  assert.ok(existsSync(join(place.written, folder!, "CMakeLists.txt")));
  assert.ok(statSync(join(place.written, kconfig!)).isFile());
});

test("Zephyr: Kconfig, as kconfiglib reads it", { skip: skipPython }, () => {
  const [nothing, on, unchecked, alone] = buildFiles(...Object.values(KCONFIG)).kconfig;
  const values = (read: BuildFiles["kconfig"][number] | undefined) => read?.symbols.map(({ name, value }) => `${name}=${value}`);
  assert.deepEqual(values(nothing), ["LIGHT_SERNET=n", "LIGHT_SERNET_UNCHECKED=n"]);
  assert.deepEqual(values(on), ["LIGHT_SERNET=y", "LIGHT_SERNET_UNCHECKED=n"]);
  assert.deepEqual(values(unchecked), ["LIGHT_SERNET=y", "LIGHT_SERNET_UNCHECKED=y"]);
  // Zephyr makes errors of warnings.
  for (const read of [nothing, on, unchecked]) assert.deepEqual(read?.warnings, []);
  for (const { type, prompt, help } of nothing!.symbols) {
    assert.equal(type, "bool");
    assert.ok(prompt && help);
  }
  assert.deepEqual(values(alone), ["LIGHT_SERNET=n", "LIGHT_SERNET_UNCHECKED=n"], "one without the other is nothing");
});

test("Arduino: library.properties", () => {
  const fields = new Map(lines(place.text("library.properties")).map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const required = ["name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url", "architectures"];
  assert.deepEqual([...fields.keys()].sort(), [...required, "includes"].sort());
  // The specification requires url, too, "for a person to visit". The IDE reads a library without; Library Manager would refuse it (its linter's
  // rule LP056), so that it must be there before this library is published as one.
  for (const name of required.filter((field) => field !== "url")) assert.notEqual(fields.get(name), "", name);
  assert.match(fields.get("name")!, /^[A-Za-z0-9][A-Za-z0-9 _.-]{0,62}$/);
  assert.match(fields.get("version")!, /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/);
  const categories = ["Display", "Communication", "Signal Input/Output", "Sensors", "Device Control", "Timing", "Data Storage"];
  assert.ok([...categories, "Data Processing", "Other"].includes(fields.get("category")!));
  assert.ok(existsSync(join(place.written, "src", fields.get("includes")!)));
});
