/** `light-sernet listen` as a process: lines for programs, signals, pipes, a terminal. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createLive, type LiveAnswer } from "../../ts-tools/runtime/index.js";
import { liveAnswerFields } from "../../ts-tools/runtime/live_json.js";
import { COMMAND, lightSernet, lines } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { processorMilliseconds } from "../support/processor_time.js";

const work = mkdtempSync(join(tmpdir(), "light-sernet-listen-"));
after(() => rmSync(work, { recursive: true }));

const wav = join(repositoryRoot, "examples/emodb/sadness_14a04Tc.wav");
const file = readFileSync(wav);
const samples = readPcmWav(wav);
const raw = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);

/** The lines that the API's answers are. */
async function expected(): Promise<string[]> {
  const said: string[] = [];
  const say = (event: string, fields: object): void => void said.push(JSON.stringify({ event, ...fields }));
  const live = await createLive({
    model: join(repositoryRoot, "build"),
    onAnswer: (answer) => say("answer", liveAnswerFields(answer)),
    onSpeechStart: (moment) => say("speechStart", moment),
    onSpeechEnd: (moment) => say("speechEnd", moment),
  });
  live.push(samples);
  live.finish();
  return said;
}

test("a line of JSON for each answer and for speech that begins and ends: of WAV, raw samples, and a WAV file without an end", async () => {
  const all = await expected();
  const events = new Set(all.map((line) => (JSON.parse(line) as { event: string }).event));
  assert.deepEqual([...events].sort(), ["answer", "speechEnd", "speechStart"]);
  const labels = all.map((line) => JSON.parse(line) as LiveAnswer).filter(({ accepted }) => accepted);
  assert.ok(labels.length > 0 && labels.every(({ label }) => label === "sadness"));
  const endless = Buffer.from(file);
  endless.writeUInt32LE(0x80000000, 4);
  endless.writeUInt32LE(0x80000000, endless.indexOf("data") + 4);
  for (const [parameters, input] of [
    [[], file],
    [["--json"], endless],
    [["--format", "s16le", "--rate", "16000"], raw],
    [["--build", "scalar", "--smoothing", "1", "--hold", "0"], file],
  ] as const) {
    const { code, stdout, stderr } = await lightSernet(["listen", ...parameters], { input });
    assert.equal(stderr, "");
    assert.equal(code, 0);
    assert.deepEqual(lines(stdout), all);
  }
});

test("what is no sound: one sentence, exit code 1", async () => {
  const cases: [string[], Uint8Array, RegExp][] = [
    [[], new Uint8Array(0), /^light-sernet: standard input has ended before any sound came; check the recorder and its microphone\n$/],
    [[], file.subarray(0, 30), /^light-sernet: standard input has ended before any sound/],
    [["--format", "s16le", "--rate", "16000"], new Uint8Array(0), /^light-sernet: standard input has ended before any sound/],
    [
      [],
      Buffer.from("this is no sound, but a text"),
      /^light-sernet: standard input: this is not a WAV file [^\n]*--format s16le --rate 16000\n$/,
    ],
    [["--model", join(work, "none")], file, /^light-sernet: [^\n]*has no built model[^\n]*\n$/],
  ];
  for (const [parameters, input, text] of cases) {
    const { code, stdout, stderr } = await lightSernet(["listen", ...parameters], { input });
    assert.match(stderr, text);
    assert.equal(stdout, "");
    assert.equal(code, 1);
  }
  const header = await lightSernet(["listen", "--format", "s16le", "--rate", "16000"], { input: file });
  assert.match(header.stderr, /^light-sernet: standard input: warning: this begins as a WAV file does[^\n]*\n$/);
  assert.equal(header.code, 0);
});

test("wrong usage: exit code 2", async () => {
  for (const parameters of [
    ["--smoothing", "0"],
    ["--smoothing", "17"],
    ["--hold", "65"],
    ["--rate", "16000"],
    ["--adaptation-read-only"],
    ["a.wav"],
  ]) {
    const { code, stdout, stderr } = await lightSernet(["listen", ...parameters]);
    assert.equal(code, 2, parameters.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, /^light-sernet: /);
  }
});

test("--adaptation: saved at the end, used the next time", async () => {
  const speaker = join(work, "speaker.lsa");
  const first = await lightSernet(["listen", "--adaptation", speaker], { input: file });
  assert.deepEqual(lines(first.stdout), await expected());
  const saved = readFileSync(speaker);
  assert.ok(saved.length > 100);
  const second = await lightSernet(["listen", "--adaptation", speaker, "--adaptation-read-only"], { input: file });
  assert.notEqual(second.stdout, first.stdout);
  assert.deepEqual(readFileSync(speaker), saved);
});

/** A command whose input stays open. */
function listening(parameters: readonly string[] = []): {
  child: ChildProcess;
  ended: Promise<{ code: number | null; signal: string | null }>;
  output: () => string;
} {
  const child = spawn(process.execPath, [COMMAND, "listen", ...parameters]);
  let output = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stdin!.on("error", () => {});
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on("exit", (code, signal) => resolve({ code, signal })),
  );
  return { child, ended, output: () => output };
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 20) {
    assert.ok(waited < 30_000, "it takes too long");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Until it waits for its input: it has not computed for a second. */
async function untilIdle({ pid }: ChildProcess): Promise<void> {
  let [spent, since] = [-1, performance.now()];
  await until(() => {
    const now = processorMilliseconds(pid!) ?? 0;
    if (now !== spent) [spent, since] = [now, performance.now()];
    return performance.now() - since > 1000;
  });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} ends the sound as its end does: what is due is answered, statistics are saved, exit code 0`, async () => {
    const speaker = join(work, `${signal}.lsa`);
    const { child, ended, output } = listening(["--adaptation", speaker]);
    child.stdin!.write(file);
    // All of the sound has been heard some time after the first answer is there.
    await until(() => output() !== "");
    await untilIdle(child);
    child.kill(signal);
    assert.deepEqual(await ended, { code: 0, signal: null });
    assert.deepEqual(lines(output()), await expected());
    assert.ok(existsSync(speaker));
  });
}

test("a reader that takes nothing: the first signal saves statistics and ends it, exit code 0", async () => {
  const speaker = join(work, "stuck.lsa");
  // It reads nothing from its input.
  const reader = spawn("sleep", ["60"], { stdio: ["pipe", "ignore", "ignore"] });
  const parameters = ["listen", "--format", "s16le", "--rate", "16000", "--adaptation", speaker];
  const child = spawn(process.execPath, [COMMAND, ...parameters], { stdio: ["pipe", reader.stdin, "pipe"] });
  try {
    const ended = new Promise((resolve) => child.on("exit", (code, signal) => resolve({ code, signal })));
    child.stdin!.on("error", () => {});
    let [moved, taken] = [performance.now(), 0];
    const feed = (): void =>
      void child.stdin!.write(raw, (error) => {
        if (error) return;
        [moved, taken] = [performance.now(), taken + 1];
        feed();
      });
    feed();
    await until(() => taken > 10 && performance.now() - moved > 1500);
    const begin = performance.now();
    child.kill("SIGINT");
    assert.deepEqual(await ended, { code: 0, signal: null });
    assert.ok(performance.now() - begin > 900, "the reader was given a second");
    assert.ok(existsSync(speaker));
  } finally {
    child.kill("SIGKILL");
    reader.kill();
  }
});

test("a signal before any sound came: exit code 0, nothing said", async () => {
  const { child, ended, output } = listening();
  let complaint = "";
  child.stderr!.on("data", (text: Buffer) => {
    complaint += text.toString();
  });
  await untilIdle(child);
  child.kill("SIGINT");
  assert.deepEqual(await ended, { code: 0, signal: null });
  assert.equal(output() + complaint, "");
});

test("a reader that closes the pipe ends it quietly", async () => {
  const { child, ended } = listening();
  let complaint = "";
  child.stderr!.on("data", (text: Buffer) => {
    complaint += text.toString();
  });
  child.stdout!.once("data", () => child.stdout!.destroy());
  const timer = setInterval(() => child.stdin!.write(raw), 50);
  child.stdin!.write(file);
  const { code } = await ended;
  clearInterval(timer);
  assert.equal(complaint, "");
  assert.equal(code, 0);
});

const python = (() => {
  try {
    execFileSync("python3", ["-c", "import pty, termios"], { stdio: "ignore" });
    return false;
  } catch {
    return "python3 makes the terminal, and is not there";
  }
})();

/** Runs `listen` on a terminal of its own: feeds it a sound, sends it keys and signals, prints what it wrote, and its exit code. */
const TERMINAL = `
import os, pty, re, sys, time, struct, fcntl, termios, select, signal, subprocess
columns, rows, actions = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].split(",")
master, slave = pty.openpty()
def resize(columns, rows): fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
resize(columns, rows)
reader, writer = os.pipe()
stdin = slave if "tty" in actions else reader
child = subprocess.Popen(sys.argv[4:], stdin=stdin, stdout=slave, stderr=slave, start_new_session=True)
os.close(reader)
written = b""
def read(seconds):
    global written
    end = time.time() + seconds
    while time.time() < end:
        if select.select([master], [], [], 0.05)[0]: written += os.read(master, 65536)
def wait_for(pattern):
    for _ in range(300):
        if re.search(pattern, written): return
        read(0.05)
for action in actions:
    if action == "sound": os.write(writer, open(os.environ["SOUND"], "rb").read()); wait_for(b'sadness (9.|100) %|"label":"sadness"'); read(0.3)
    if action == "narrow": resize(30, rows); child.send_signal(signal.SIGWINCH); read(0.5)
    if action == "stop":
        child.send_signal(signal.SIGTSTP); read(0.7)
        written += b"<" + open("/proc/%d/stat" % child.pid).read().split()[2].encode() + b">" if os.path.exists("/proc/self/stat") else b"<T>"
        child.send_signal(signal.SIGCONT); read(0.5)
    if action == "int": child.send_signal(signal.SIGINT)
    if action == "end": os.close(writer)
try: child.wait(30)
finally: child.kill()
read(0.3)
sys.stdout.buffer.write(written + b"\\nexit %d" % child.returncode)
`;

function onTerminal(actions: string, environment: NodeJS.ProcessEnv = {}, columns = 90, parameters: readonly string[] = []): string {
  const script = join(work, "terminal.py");
  writeFileSync(script, TERMINAL);
  const variables = { ...process.env, TERM: "xterm-256color", LC_ALL: "C.UTF-8", NO_COLOR: "", SOUND: wav, ...environment };
  const all = [script, String(columns), "24", actions, process.execPath, COMMAND, "listen", ...parameters];
  return execFileSync("python3", all, { env: variables, encoding: "utf8" }).replaceAll("\r\n", "\n");
}

const HIDE = "\u001b[?25l";
const SHOW = "\u001b[?25h";

test("on a terminal: a picture in place, colors, the cursor back after the end of the sound, Ctrl-C, a stop and a resize", {
  skip: python,
}, () => {
  for (const actions of ["sound,end", "sound,int", "sound,narrow,int"]) {
    const output = onTerminal(actions);
    assert.match(output, /\nexit 0$/, actions);
    assert.ok(output.indexOf(HIDE) >= 0 && output.lastIndexOf(SHOW) > output.lastIndexOf(HIDE), actions);
    assert.match(output, /█/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a color, and the way back to the first line
    assert.match(output, /\u001b\[1;34msadness (9\d|100) %[\s\S]*\r\u001b\[\d+A/);
    assert.match(output, /ended/);
  }
  const stopped = onTerminal("sound,stop,int");
  assert.match(stopped, /\nexit 0$/);
  const [before, later] = stopped.split("<T>");
  assert.ok(before!.endsWith(`${SHOW}\n`), "the cursor is there while it is stopped");
  assert.ok(later!.includes(HIDE) && later!.lastIndexOf(SHOW) > later!.lastIndexOf(HIDE));
});

test("NO_COLOR, a locale without UTF-8, a terminal that cannot move its cursor, --json", { skip: python }, () => {
  const plain = onTerminal("sound,int", { NO_COLOR: "1", LC_ALL: "C" }, 40);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a color
  assert.doesNotMatch(plain, /\u001b\[[1-9][0-9;]*m/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  assert.match(plain, /^[\x00-\x7f]*$/);
  assert.match(plain, /##/);
  const dumb = onTerminal("sound,int", { TERM: "dumb" });
  assert.match(dumb, /^\d+\.\d{3} s: sadness \d+ %$/m);
  assert.ok(!dumb.includes("\u001b"));
  const json = onTerminal("sound,int", {}, 90, ["--json"]);
  assert.match(json, /^\{"event":"answer"/m);
  assert.ok(!json.includes("\u001b"));
});

test("standard input that is a terminal: one sentence with a command, exit code 2", { skip: python }, () => {
  const output = onTerminal("tty");
  assert.match(output, /^light-sernet: standard input is a terminal[^\n]* \| light-sernet listen\n\([^\n]*\)\n\nexit 2$/);
});
