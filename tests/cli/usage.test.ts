import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lightSernet, lightSernetAgain } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";

test("wrong usage: exit code 2, a sentence, nothing on stdout", async () => {
  const cases = [
    [],
    ["sing"],
    ["classify"],
    ["classify", "--loud", "a.wav"],
    ["classify", "--engine", "java", "a.wav"],
    ["classify", "--long", "short", "a.wav"],
    ["classify", "--build", "fast", "a.wav"],
    ["classify", "--json", "--csv", "a.wav"],
    ["classify", "--engine", "wasmtime", "--build", "simd", "a.wav"],
    ["classify", "-", "a.wav", "-"],
    ["classify", "--crops", "0", "a.wav"],
    ["classify", "--crops", "101", "a.wav"],
    ["classify", "--crops", "3", "--long", "center", "a.wav"],
    ["classify", "--crops", "3", "--engine", "wasmtime", "a.wav"],
    ["classify", "--adaptation-read-only", "a.wav"],
    ["inspect"],
    ["inspect", "a", "b"],
    ["evaluate", "--data", "wavs"],
    ["evaluate", "build"],
    ["evaluate", "build", "--data", "wavs", "--protocol", "all"],
    ["evaluate", "build", "--data", "wavs", "--long", "short"],
    ["evaluate", "build", "--data", "wavs", "--crops", "1.5"],
    ["evaluate", "build", "--data", "wavs", "--adapt", "0"],
    ["evaluate", "build", "--data", "wavs", "--seed", "1"],
    ["features"],
    ["features", "a.wav", "b.wav"],
    ["features", "-", "--compare", "a.npy"],
    ["features", "a.wav", "--npy", ""],
    ["build", "a", "--out", "b", "--check-features", "a.npy"],
    ["build", "a", "--out", "b", "--of", "a.wav"],
    ["build", "a", "--out", "b", "--of", "a.wav", "--check-features", ""],
    ["segment", "in"],
    ["segment", "in", "out"],
    ["segment", "in", "out", "--duration", "long"],
    ["segment", "in", "out", "--duration", "-1"],
    ["segment", "in", "out", "--duration", "3", "--mode", "all"],
  ];
  for (const [index, parameters] of cases.entries()) {
    // The first two as people run them: without a command, and with a wrong one.
    const { code, stdout, stderr } = await (index < 2 ? lightSernet : lightSernetAgain)(parameters);
    assert.equal(code, 2, parameters.join(" "));
    assert.equal(stdout, "");
    assert.ok(parameters.length === 0 ? stderr.startsWith("Usage: ") : stderr.startsWith("light-sernet: "), stderr);
  }
});

test("wrong usage is one line, with any arguments", async () => {
  const help = '("light-sernet --help" shows how it is used)\n';
  const cases: [string, string][] = [
    ["inspe\n\u001b[31mct", "unknown command 'inspe\\n\\u001b[31mct'"],
    ["x\n(Did you mean y?)", "unknown command 'x\\n(Did you mean y?)'"],
    ["inspec", "unknown command 'inspec' (Did you mean inspect?)"],
    ["--lo\r\nud", "unknown option '--lo\\r\\nud'"],
  ];
  for (const [parameter, said] of cases) {
    const { code, stderr } = await lightSernetAgain([parameter]);
    assert.equal(code, 2);
    assert.equal(stderr, `light-sernet: ${said}\n${help}`);
  }
});

test("help and version go to stdout, exit code 0", async () => {
  const { version } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as { version: string };
  assert.deepEqual(await lightSernet(["--version"]), { code: 0, stdout: `${version}\n`, stderr: "" });
  for (const parameters of [
    ["--help"],
    ["help"],
    ["classify", "--help"],
    ["segment", "-h"],
    ["listen", "-h"],
    ["help", "inspect"],
    ["help", "evaluate"],
    ["features", "-h"],
  ]) {
    const { code, stdout, stderr } = await lightSernetAgain(parameters);
    assert.equal(code, 0);
    assert.equal(stderr, "");
    assert.match(stdout, /^Usage: light-sernet/);
    assert.match(stdout, /Examples:/);
  }
  const { stdout } = await lightSernet(["--help"]);
  for (const command of ["classify", "listen", "build", "inspect", "evaluate", "segment", "features", "bench"])
    assert.match(stdout, new RegExp(`^ {2}${command}`, "m"));
});
