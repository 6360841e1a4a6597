/** Figures of the recording: kept before the windows are classified, which are sounds of their own; and warnings, on standard error. */
import { WARNING_TEXTS } from "../generated/status_text";
import { inputFigures } from "../module";
import { beginOutput, endOutput, STANDARD_ERROR, writeByte, writeInteger, writeText, writeZeroEnded } from "./output";
import { fileWarnings } from "./recording";

/** int32 [7], as inputFigures() documents them. */
const figures: usize = memory.data(28, 4);
const FIGURES_BYTES: i32 = 28;
const AT_WARNINGS: usize = 24;

/** Call it when the recording has been read. */
export function keepFigures(): void {
  memory.copy(figures, inputFigures() as usize, FIGURES_BYTES);
  store<i32>(figures + AT_WARNINGS, load<i32>(figures + AT_WARNINGS) | fileWarnings);
}

/** A line on standard error for each warning. */
export function printWarnings(): void {
  for (let at = nextWarning(WARNING_TEXTS); load<u8>(at) !== 0; at = nextWarning(afterTexts(at))) {
    beginOutput(STANDARD_ERROR);
    writeText("light-sernet: warning: ");
    writeZeroEnded(afterText(at + 1));
    writeByte(0x0a);
    endOutput();
  }
}

/** `"warnings":[...],"input":{...}` */
export function writeInput(): void {
  writeText('"warnings":');
  writeWarnings(false);
  writeText(',"input":{"durationMs":');
  writeInteger(load<i32>(figures));
  writeText(',"sampleRate":');
  writeInteger(load<i32>(figures, 4));
  writeText(',"channels":');
  writeInteger(load<i32>(figures, 8));
  writeText(',"peak":');
  writeParts(load<i32>(figures, 12), 10000);
  writeText(',"rmsDb":');
  writeParts(load<i32>(figures, 16), 100);
  writeText(',"clippedShare":');
  writeParts(load<i32>(figures, 20), 1000000);
  writeText(',"warnings":');
  writeWarnings(true);
  writeText("}");
}

/** The codes, or the sentences. */
function writeWarnings(codes: bool): void {
  let first = true;
  writeText("[");
  for (let at = nextWarning(WARNING_TEXTS); load<u8>(at) !== 0; at = nextWarning(afterTexts(at))) {
    if (!first) writeText(",");
    first = false;
    writeByte(0x22);
    writeZeroEnded(codes ? at + 1 : afterText(at + 1));
    writeByte(0x22);
  }
  writeText("]");
}

/** The first entry from `at` on whose bit is in the figures, or the end of the table. */
function nextWarning(at: usize): usize {
  while (load<u8>(at) !== 0 && ((load<i32>(figures + AT_WARNINGS) >> (load<u8>(at) - 1)) & 1) === 0) at = afterTexts(at);
  return at;
}

function afterTexts(entry: usize): usize {
  return afterText(afterText(entry + 1));
}

function afterText(at: usize): usize {
  while (load<u8>(at) !== 0) at++;
  return at + 1;
}

/** value / unit, a power of ten, without zeros at the end; -0 is 0. */
function writeParts(value: i32, unit: i32): void {
  if (value < 0) writeByte(0x2d);
  const magnitude = abs(value);
  writeInteger(magnitude / unit);
  let rest = magnitude % unit;
  if (rest === 0) return;
  writeByte(0x2e);
  while (rest !== 0) {
    unit /= 10;
    writeByte(0x30 + rest / unit);
    rest %= unit;
  }
}
