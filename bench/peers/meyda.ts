/** MFCCs as many web pages compute them: Meyda, with our frame, hop and bands. Its numbers are other ones: its mel bands end at half the rate. */
import { type Answer, clocked, type Files, type OpenSubject, shorts, type Task } from "../measured/task.js";

/** What is used of the package meyda. */
export interface MeydaLibrary {
  bufferSize: number;
  sampleRate: number;
  melBands: number;
  numberOfMFCCCoefficients: number;
  windowingFunction: string;
  extract(feature: "mfcc", frame: Float32Array): number[];
}

/** files: samples (one segment) */
export async function openMeyda(meyda: MeydaLibrary, version: string, task: Task, files: Files): Promise<OpenSubject> {
  const { frameSamples, hopSamples, sampleRate, melBands, coefficients } = task.frontEnd;
  Object.assign(meyda, {
    bufferSize: frameSamples,
    sampleRate,
    melBands,
    numberOfMFCCCoefficients: coefficients,
    windowingFunction: "hanning",
  });
  const samples = Float32Array.from(shorts(files.samples!), (sample) => sample / 32768);
  const extract = (): number[][] => {
    const rows: number[][] = [];
    for (let first = 0; first + frameSamples <= samples.length; first += hopSamples) {
      rows.push(meyda.extract("mfcc", samples.subarray(first, first + frameSamples)));
    }
    return rows;
  };
  const rows = extract();
  const answer: Answer = {
    frames: rows.length,
    coefficients: rows[0]?.length ?? 0,
    finite: rows.flat().every(Number.isFinite),
    versions: { meyda: version },
  };
  return {
    answer: () => answer,
    async run() {
      return { frontend: await clocked(extract) };
    },
  };
}
