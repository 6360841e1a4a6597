/** The picture of `light-sernet listen`: what it says, and that it never is wider or higher than the terminal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ListenHistory } from "../../ts-tools/cli/listen_history.js";
import { drawScreen, lettersOf } from "../../ts-tools/cli/listen_screen.js";
import { LiveScreen, showsUnicode } from "../../ts-tools/host/live_screen.js";
import type { LiveAnswer } from "../../ts-tools/runtime/live_answer.js";
import { fitted, textWidth } from "../../ts-tools/text/text_width.js";

const CLASSES = ["boredom", "neutral", "sadness", "fear", "anger", "disgust", "happiness"];
// biome-ignore lint/suspicious/noControlCharactersInRegex: colors
const COLORS = /\u001b\[[0-9;]*m/g;

function answer(label: string | null, confidence: number, accepted: boolean, classes = CLASSES): LiveAnswer {
  const rest = (1 - confidence) / (classes.length - 1);
  return {
    ...{ timeMs: 0, state: label === null ? "listening" : accepted ? "label" : "uncertain", label, confidence, accepted },
    probabilities: Object.fromEntries(classes.map((name) => [name, label === null ? 0 : name === label ? confidence : rest])),
    ...{ endMs: 0, heardMs: 3072, speechMs: 1536, speechShare: 0.5, levelDb: -12 },
  };
}

function history(answers: readonly LiveAnswer[], classes = CLASSES): ListenHistory {
  const view = new ListenHistory("model", classes);
  view.frame(83_456, -20, true);
  for (const one of answers) view.answer(one);
  return view;
}

const WIDE = { columns: 120, rows: 30, color: false, unicode: true };

test("answer, speech, peak, a bar for each class, a strip with a letter for each answer of the last minute", () => {
  const answers = [answer(null, 0, false), answer("sadness", 0.4, false), answer("happiness", 0.83, true)];
  const lines = drawScreen(history(answers).view(), WIDE);
  assert.match(lines[0]!, /^1:23 {2}happiness 83 % +● speech$/);
  assert.match(lines[1]!, /^level +█+[▉-▏]? +-20 dB$/);
  assert.equal(lines.filter((line) => /^[a-z] \w+ .* \d+ %$/.test(line)).length, 7);
  assert.match(lines.find((line) => line.startsWith("h happiness"))!, /█{41}▌? +83 %$/);
  assert.ok(lines.includes(`${" ".repeat(114)}·sH`));
  assert.match(lines.at(-1)!, /^1 minute ago +now$/);
  const uncertain = drawScreen(history(answers.slice(0, 2)).view(), WIDE);
  assert.match(uncertain[0]!, /uncertain \(sadness 40 %\)/);
  assert.match(drawScreen(new ListenHistory("m", CLASSES).view(), WIDE)[0]!, /^0:00 {2}listening +no sound yet$/);
  const ended = history(answers);
  ended.end();
  assert.match(drawScreen(ended.view(), WIDE)[0]!, /ended$/);
});

test("a minute of answers fits in every width: answers that share a cell show the surest, and cells keep their answers as they move", () => {
  const long = Array.from({ length: 300 }, (_, index) =>
    answer(CLASSES[Math.floor(index / 10) % 7]!, 0.5 + (index % 5) / 10, index % 2 === 0),
  );
  for (const columns of [20, 40, 61, 118, 200]) {
    const each = Math.ceil(117 / (columns - 1));
    const strips = [300, 300 - each].map((count) => {
      const lines = drawScreen(history(long.slice(0, count)).view(), { ...WIDE, columns });
      return lines.at(-2)!;
    });
    assert.ok(textWidth(strips[0]!) <= Math.min(117, columns - 1));
    assert.ok(textWidth(strips[0]!) >= Math.floor(117 / each));
    // One cell later everything has moved by one.
    assert.equal(strips[1]!.slice(2), strips[0]!.slice(1, -1));
  }
});

test("never wider nor higher than the terminal, and only ASCII where that is all; no colors where none are allowed", () => {
  const classes = ["悲しみ", "a very long name of a class indeed", "joy\u0301", "x"];
  const long = Array.from({ length: 130 }, (_, index) => answer(classes[index % 4]!, 0.9, index % 3 > 0, classes));
  for (const names of [CLASSES, classes]) {
    const view = history(names === classes ? long : [answer("anger", 0.5, true)], names).view();
    for (let columns = 1; columns <= 130; columns += columns < 50 ? 1 : 13)
      for (const rows of [1, 2, 3, 5, 9, 12, 13, 24])
        for (const unicode of [true, false]) {
          const lines = drawScreen(view, { columns, rows, color: false, unicode });
          assert.ok(lines.length >= 1 && lines.length <= Math.max(1, rows - 1), `${lines.length} lines in ${rows} rows`);
          for (const line of lines) assert.ok(textWidth(line) <= Math.max(1, columns - 1), `${JSON.stringify(line)} in ${columns} columns`);
          assert.ok(!lines.join("").includes("\u001b"));
          // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
          if (!unicode && names === CLASSES) assert.match(lines.join(""), /^[\x00-\x7f]*$/);
          const painted = drawScreen(view, { columns, rows, color: true, unicode });
          assert.deepEqual(
            painted.map((line) => line.replace(COLORS, "")),
            lines,
          );
        }
  }
});

test("names of classes do not control the terminal", () => {
  const classes = ["a\u001b[2J", "b\nc"];
  const lines = drawScreen(history([answer("b\nc", 0.9, true, classes)], classes).view(), WIDE);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  for (const line of lines) assert.doesNotMatch(line, /[\u0000-\u001f]/);
});

test("letters are those of the names where they can be, and no two classes have the same", () => {
  assert.deepEqual(lettersOf(CLASSES), ["b", "n", "s", "f", "a", "d", "h"]);
  assert.deepEqual(lettersOf(["sadness", "surprise", "sd", "悲しみ"]), ["s", "u", "d", "a"]);
  assert.equal(new Set(lettersOf(Array.from({ length: 36 }, () => "x"))).size, 36);
});

test("columns of a text", () => {
  assert.deepEqual(["", "abc", "悲しみ", "joy\u0301", "😀!"].map(textWidth), [0, 3, 6, 3, 3]);
  assert.equal(fitted("悲しみ", 5), "悲し ");
  assert.equal(fitted("ab", 4), "ab  ");
});

test("unicode: as the locale says", () => {
  assert.ok(showsUnicode({ LANG: "de_DE.UTF-8" }, "linux"));
  assert.ok(showsUnicode({ LANG: "C.utf8" }, "darwin"));
  assert.ok(!showsUnicode({ LANG: "de_DE.UTF-8", LC_ALL: "C" }, "linux"));
  assert.ok(!showsUnicode({ LANG: "de_DE.UTF-8", TERM: "linux" }, "linux"));
  assert.ok(!showsUnicode({}, "linux"));
  assert.ok(!showsUnicode({}, "win32"));
  assert.ok(showsUnicode({ WT_SESSION: "1" }, "win32"));
});

test("drawn in place: back to the first line, also after the terminal became narrower; the cursor comes back once", () => {
  let written = "";
  const terminal = { columns: 20, write: (text: string) => (written += text) };
  const screen = new LiveScreen(terminal);
  screen.leave();
  assert.equal(written, "");
  screen.draw(["0123456789", "ab", "c"]);
  assert.equal(written, "\u001b[?25l0123456789\u001b[K\nab\u001b[K\nc\u001b[K\u001b[J");
  written = "";
  screen.draw(["x", "y", "z"]);
  assert.ok(written.startsWith("\r\u001b[2Ax"), JSON.stringify(written));
  screen.draw(["\u001b[31m0123456789\u001b[0m", "b"]);
  terminal.columns = 4;
  written = "";
  screen.draw(["x"]);
  assert.ok(written.startsWith("\r\u001b[3Ax"), JSON.stringify(written));
  written = "";
  screen.leave();
  screen.leave();
  assert.equal(written, "\u001b[0m\u001b[?25h\n");
  screen.draw(["new"]);
  assert.ok(written.endsWith("\u001b[?25lnew\u001b[K\u001b[J"));
});
