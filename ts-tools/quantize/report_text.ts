/** The quantization report as Markdown. */

import { codeSpan, markdownTable } from "../text/markdown.js";
import type { AnswerReport } from "./answer_comparison.js";
import type { Calibration } from "./calibrate.js";
import type { LayerReport, QuantizationReport } from "./report.js";
import type { VoiceReport } from "./voice_comparison.js";

const NOTHING = "-";

function significant(value: number | null, digits = 4): string {
  return value === null ? NOTHING : value.toPrecision(digits);
}

function percent(share: number | null): string {
  return share === null ? NOTHING : `${(100 * share).toFixed(4)} %`;
}

function dB(ratio: number | null): string {
  return ratio === null ? NOTHING : ratio.toFixed(1);
}

function layerTable(layers: readonly LayerReport[]): string {
  const header = ["layer", "scale", "range", "largest seen", "clipped", "SNR dB", "weight scales"];
  const rows = layers.map((layer) => [
    layer.name,
    significant(layer.outputScale),
    significant(layer.range),
    significant(layer.largest),
    percent(layer.clippedShare),
    dB(layer.snr),
    `${significant(layer.weightScales.least, 3)} .. ${significant(layer.weightScales.largest, 3)}`,
  ]);
  return markdownTable(header, rows);
}

function answerLines(answers: AnswerReport, segments: number, classes: readonly string[]): string {
  const name = (index: number) => codeSpan(classes[index] ?? String(index));
  return [
    `- Same label: ${answers.agreeing} of ${segments} (${(100 * answers.agreement).toFixed(2)} %).`,
    `- Largest difference of a probability, per recording: ${answers.meanDifference.toFixed(5)} in the mean, ` +
      `${answers.worstDifference.toFixed(5)} at worst (${codeSpan(answers.worstFile)}).`,
    ...answers.disagreements.map(({ file, float, quantized }) => `- ${codeSpan(file)}: ${name(float)} became ${name(quantized)}.`),
  ].join("\n");
}

function voiceLine({ agreeing, meanDifference, worstDifference }: VoiceReport, segments: number): string {
  const differences = `${meanDifference.toFixed(5)} in the mean, ${worstDifference.toFixed(5)} at worst`;
  return `- Same side of one half in \`voice\`: ${agreeing} of ${segments}; difference ${differences}.`;
}

function calibrationTable(calibration: Calibration): string {
  const header = ["activation", "largest", "range", "clipped", "clipping dB", "rounding dB", "both dB", "full range dB"];
  const rows = calibration.activations.map(({ name, largest, chosen, fullRange }) => [
    name,
    significant(largest),
    significant(chosen.range),
    percent(chosen.clippedShare),
    dB(chosen.clippingSnr),
    dB(chosen.roundingSnr),
    dB(chosen.snr),
    dB(fullRange.snr),
  ]);
  return markdownTable(header, rows);
}

/** The report as Markdown; `classes` are the names of the labels. */
export function reportText(report: QuantizationReport, classes: readonly string[]): string {
  const { layers, dense, answers, voice, calibration, segments } = report;
  const parts = [
    "# Quantization report",
    "Pooled outputs of the integer network against the float network's: signal to noise counts every error up to that layer.",
    layerTable(layers),
    `dense: weight scale ${significant(dense.weightScale)}, logit scale ${significant(dense.logitScale)}.`,
    "## Answers",
    answers
      ? [answerLines(answers, segments, classes), ...(voice ? [voiceLine(voice, segments)] : [])].join("\n")
      : "No recordings were given: build with --calibrate to compare with the float model.",
  ];
  if (calibration) {
    parts.push(
      "## Calibration",
      `Scales were chosen for the least squared error over ${calibration.segments} recordings. Signal to noise of quantizing that tensor alone; ` +
        "the last column is what a range up to the largest value would have given.",
      calibrationTable(calibration),
    );
  }
  return `${parts.join("\n\n")}\n`;
}
