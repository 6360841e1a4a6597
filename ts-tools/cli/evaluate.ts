import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { figuresOf } from "../evaluate/figures.js";
import { FOLDS_FILE, type Folds, PROTOCOLS, type Protocol, readFolds } from "../evaluate/folds.js";
import { caseNote } from "../evaluate/labels.js";
import { Speakers } from "../evaluate/speakers.js";
import { setsOfFolds, type TestSet, wholeSet } from "../evaluate/test_sets.js";
import { type DataSet, findUtterances } from "../evaluate/utterances.js";
import { packageVersion } from "../host/package_info.js";
import { PendingFiles } from "../host/pending_files.js";
import {
  clearProgress,
  errorSentence,
  printError,
  printJson,
  printLine,
  printNotes,
  sentenceWithoutName,
  showStep,
} from "../host/terminal.js";
import { timeLeft } from "../host/time_left.js";
import { BUILDS, type Build } from "../model/builds.js";
import type { Recognition } from "../runtime/result.js";
import type { WindowMode } from "../runtime/windows.js";
import { type AdaptedFigures, type EvaluationReport, evaluationText, type Failure, type LeftOut, leftOutWords } from "./evaluate_output.js";
import { noteLicenses } from "./license_note.js";
import { type FailedUtterance, type Prediction, predictionsCsv } from "./predictions_csv.js";
import { positiveWholeNumber, wholeNumber } from "./run_program.js";
import { openFoldModels, openModel, type TestedModels } from "./tested_models.js";
import { type Adapting, answersTo, checkAdapting } from "./utterance_answers.js";
import { cropsOption, longOption, type WindowFlags } from "./window_options.js";

export interface EvaluateOptions extends WindowFlags<WindowMode> {
  /** Folder of the dataset. */
  data: string;
  protocol?: Protocol;
  build: Build;
  /** Other recordings of the same speaker that come before each one, and the seed that draws them. */
  adapt?: number;
  seed?: number;
  /** File for the predictions; the adapted ones, if there are. */
  csv?: string;
  json?: boolean;
}

/** Here the protocol is that of the folds. */
type Settings = Omit<EvaluateOptions, "protocol"> & {
  protocol: Protocol | undefined;
  adapting: Adapting | undefined;
  unreadable: DataSet["unreadable"];
};

/** Evaluates a built model or a folder of folds, and prints the scores. Returns the exit code: 1 if something could not be read. */
export async function evaluate(folder: string, options: EvaluateOptions): Promise<number> {
  const folds = await readFolds(folder);
  await checkProtocol(folder, folds, options.protocol);
  const models = folds ? await openFoldModels(folds, options) : await openModel(folder, options);
  try {
    noteLicenses([...models.byFolder.values()].map(({ classifier }) => classifier.license));
    const data = await findUtterances(options.data);
    printNotes(data.notes);
    for (const { file, error } of data.unreadable) printError(file, errorSentence(error));
    if (data.utterances.length === 0) return 1;
    const sets = folds ? setsOfFolds(folds, data, models.classes) : [wholeSet(folder, data, models.classes)];
    const differentCase = caseNote(data, models.classes);
    if (differentCase !== undefined) printNotes([differentCase]);
    const unused = data.utterances.length - countTested(sets);
    const leftOut: LeftOut = { unlabeled: folds ? 0 : unused, untested: folds ? unused : 0, failed: 0 };
    const { adapt, seed = 0 } = options;
    const adapting = adapt === undefined ? undefined : { others: adapt, speakers: new Speakers(data, models.classes, seed) };
    const settings = { ...options, protocol: folds?.protocol, adapting, unreadable: data.unreadable };
    const failed = await evaluateSets(sets, models, settings, leftOut);
    return failed + data.unreadable.length > 0 ? 1 : 0;
  } finally {
    models.close();
  }
}

/** Returns how many files could not be read. */
async function evaluateSets(sets: readonly TestSet[], models: TestedModels, options: Settings, leftOut: LeftOut): Promise<number> {
  const { data, build, long, crops, csv, json, protocol = null, adapting, unreadable } = options;
  const { classes, more } = models;
  const pending = new PendingFiles(true);
  try {
    // Fail before the long work if the predictions cannot be written.
    if (csv !== undefined) pending.write(csv, new Uint8Array(0));
    const unused = leftOutWords(leftOut);
    if (unused !== "") printNotes([`recordings left out: ${unused}`]);
    if (adapting) for (const { model, utterances } of sets) checkAdapting(adapting, model, models.byFolder.get(model)!, utterances);
    const { predictions, adapted, failures } = await answer(sets, models, adapting);
    const failed = failures.length;
    if (predictions.length === 0) throw new Error(`${data}: no recording could be read, so there are no figures; use readable files`);
    const report: EvaluationReport = {
      version: packageVersion(),
      protocol,
      build,
      long,
      ...(crops !== undefined && { crops }),
      models: describe(sets, models),
      leftOut: { ...leftOut, failed },
      ...(failed + unreadable.length > 0 && { failures: failuresOf(unreadable, failures) }),
      ...figuresOf(predictions, classes),
      ...(adapting && { adapted: adaptedFigures(adapted, classes, adapting, options.seed) }),
    };
    if (json) printJson(JSON.stringify(report));
    else printLine(evaluationText(report));
    if (csv !== undefined) pending.write(csv, Buffer.from(predictionsCsv(adapting ? adapted : predictions, classes, more, failures)));
    pending.commit();
    return failed;
  } finally {
    pending.discard();
  }
}

function failuresOf(unreadable: DataSet["unreadable"], failures: AllPredictions["failures"]): Failure[] {
  return [
    ...unreadable.map(({ file, error }) => ({ file, error: sentenceWithoutName(file, error) })),
    ...failures.map(({ file, utterance, error }) => ({ file, utterance, error })),
  ];
}

async function checkProtocol(folder: string, folds: Folds | undefined, protocol: Protocol | undefined): Promise<void> {
  if (folds !== undefined) {
    if (protocol === undefined || protocol === folds.protocol) return;
    throw new Error(
      `${folds.file} has the folds of ${folds.protocol}, not of ${protocol}; remove --protocol, or name the folder of those folds`,
    );
  }
  await stat(folder);
  const isModel = await stat(join(folder, "model.json")).then(
    () => true,
    () => false,
  );
  if (!isModel)
    throw new Error(`${folder} has neither a built model (model.json) nor folds (${FOLDS_FILE}); name a folder that has one of them`);
  if (protocol === undefined) return;
  throw new Error(
    `${folder} is a single model, which has no folds, so it may have been trained on these recordings; remove --protocol, or name a folder with a ${FOLDS_FILE}`,
  );
}

interface AllPredictions {
  predictions: Prediction[];
  /** Empty without `--adapt`. */
  adapted: AdaptedPrediction[];
  failures: (FailedUtterance & { file: string })[];
}

interface AdaptedPrediction extends Prediction {
  file: string;
  /** The recordings that the model heard before. */
  others: number;
}

function adaptedFigures(
  adapted: readonly AdaptedPrediction[],
  classes: readonly string[],
  { others, speakers }: Adapting,
  seed = 0,
): AdaptedFigures {
  const fewest = Math.min(...adapted.map((prediction) => prediction.others));
  const count = new Set(adapted.map(({ file }) => speakers.of(file))).size;
  return { others, seed, speakers: count, fewest, ...figuresOf(adapted, classes) };
}

/** Every model's answers to its own utterances. For a file that cannot be read, prints an error instead. */
async function answer(sets: readonly TestSet[], models: TestedModels, adapting: Adapting | undefined): Promise<AllPredictions> {
  const { classes, more, byFolder } = models;
  const all = countTested(sets);
  const begin = performance.now();
  const predictions: Prediction[] = [];
  const adapted: AdaptedPrediction[] = [];
  const failures: AllPredictions["failures"] = [];
  let done = 0;
  for (const { fold, model, utterances } of sets) {
    const { classifier } = byFolder.get(model)!;
    for (const { name, file, label } of utterances) {
      const left = timeLeft(done, all, performance.now() - begin);
      showStep(`${++done} of ${all} utterances${left === undefined ? "" : `, ${left} left`}`);
      try {
        const answers = await answersTo(file, classifier, adapting);
        const predict = (recognition: Recognition): Prediction => ({
          ...{ utterance: name, fold, label, answered: classes.indexOf(recognition.label), accepted: recognition.accepted },
          probabilities: classes.map((className) => recognition.probabilities[className]!),
          ...Object.fromEntries(more.map((name) => [name, recognition[name]!])),
        });
        predictions.push(predict(answers.plain));
        if (answers.adapted) adapted.push({ ...predict(answers.adapted.answer), others: answers.adapted.others, file });
      } catch (error) {
        printError(file, errorSentence(error));
        failures.push({ utterance: name, fold, label, file, error: sentenceWithoutName(file, error) });
      }
    }
  }
  clearProgress();
  return { predictions, adapted, failures };
}

function describe(sets: readonly TestSet[], { byFolder }: TestedModels): EvaluationReport["models"] {
  return sets.map(({ fold, model, utterances }) => {
    const { id, sha256 } = byFolder.get(model)!;
    return { fold, id, sha256, tested: utterances.length };
  });
}

function countTested(sets: readonly TestSet[]): number {
  return sets.reduce((sum, { utterances }) => sum + utterances.length, 0);
}

const HELP = `
DIR is a built model, which is tested on every recording that has a label. Or it has a ${FOLDS_FILE}, and every fold's model is tested on the
fold's utterances only, those that it was trained without:
  {"protocol": "loso", "folds": [{"name": "03", "model": "03/int8", "test": ["03a01Fa", "03a01Nc"]}, ...]}
"model" is the folder of a built model, relative to DIR; "test" lists recordings without ".wav", with their folders where a name is not unique.

The label is the nearest folder inside WAVDIR that is named after a class, in any case (anger/x.wav, Anger/SPEAKER/x.wav); otherwise the emotion
in an EMO-DB file name (03a01Fa.wav). Symbolic links are followed; a recording that several lead to is tested once.

WA is the share of correct answers, UA the mean recall of the classes that occur, macro F1 the mean F1 of the classes that occur or were
answered; each has a bootstrap interval over the utterances. On recordings that a model was trained on, its figures do not measure accuracy.

--adapt needs a model that normalizes. The speaker is the one in an EMO-DB file name, otherwise the folders that are not named after a class
(anger/SPEAKER/x.wav). Every recording is answered as a stranger's, and again after the model has heard others of its speaker in random order.

Examples:
  $ light-sernet evaluate build --data recordings
  $ light-sernet evaluate runs/loso --data emodb/wav --protocol loso --csv predictions.csv
  $ light-sernet evaluate build --data recordings --long center --json > result.json
  $ light-sernet evaluate build --data recordings --adapt 10`;

export function registerEvaluate(program: Command): void {
  program
    .command("evaluate")
    .description("score a built model on labeled recordings: accuracy, recall, F1, confusion matrix")
    .argument("<dir>", `folder of a built model, or of folds (${FOLDS_FILE})`)
    .requiredOption("--data <wavdir>", "folder of the recordings")
    .addOption(new Option("--protocol <protocol>", `expected protocol of the folds, checked against ${FOLDS_FILE}`).choices(PROTOCOLS))
    .addOption(new Option("--build <build>", "which build of the module").choices(BUILDS).default("auto"))
    .addOption(longOption())
    .addOption(cropsOption())
    .option("--adapt <n>", "answer again after up to n other recordings of the same speaker, without their labels", positiveWholeNumber)
    .option("--seed <n>", "which of them: another number draws others (default 0)", wholeNumber)
    .option(
      "--csv <file>",
      "write a CSV row for every utterance: label, answer, voice, activation and valence of models that have them, probabilities (with --adapt those of the adapted answers); of those that failed, if there are any, the error",
    )
    .option("--json", "print one JSON object")
    .addHelpText("after", HELP)
    .action(async (folder: string, options: EvaluateOptions, command: Command) => {
      if (options.seed !== undefined && options.adapt === undefined) {
        command.error("error: --seed says which recordings --adapt draws; add --adapt, or remove --seed");
      }
      process.exitCode = await evaluate(folder, options);
    });
}
