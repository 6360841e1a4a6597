import { answerRulesFault } from "../model/answer_rules.js";
import { frameCount } from "../model/front_end.js";
import { frontEndFault } from "../model/front_end_schema.js";
import { ModelError } from "../model/model_error.js";
import { classesFault, isName, MOST_ID_BYTES, nameWords } from "../model/model_names.js";
import type { NamedModel } from "../model/named_model.js";
import { normalizationFault } from "../model/normalization.js";
import { shown } from "../text/visible_text.js";
import { tables } from "./tables.js";

/** The mel table counts the FFT bins of a band in a byte. */
const MOST_BINS = 255;

/** Checks what the module's sources assume. Throws one sentence that says what was found and what is possible. */
export function checkNamedModel({ id, classes, acceptThreshold, rules = {}, frontEnd, model }: NamedModel): void {
  const fault = frontEndFault(frontEnd);
  if (fault) demand(false, `${fault.field} is ${frontEnd[fault.field]}`, fault.expected);
  const { coefficients, normalization } = frontEnd;
  const unfit = normalization && normalizationFault(normalization, coefficients);
  if (unfit !== undefined) throw new ModelError(`This model cannot be built: normalization does not fit the front end: ${unfit}.`);
  const { melBandBins, melShares } = tables(frontEnd);
  demand(melShares.length > 0, `no FFT bin is between ${frontEnd.melLowHz} and ${frontEnd.melHighHz} Hz`, "a wider mel filter bank");
  const widest = Math.max(...melBandBins);
  demand(widest <= MOST_BINS, `a mel band has ${widest} FFT bins`, `at most ${MOST_BINS}: more bands or shorter frames`);
  demand(
    model.frames === frameCount(frontEnd),
    `the network takes ${model.frames} frames`,
    `${frameCount(frontEnd)} as the front end computes`,
  );
  demand(
    model.coefficients === coefficients,
    `the network takes ${model.coefficients} coefficients`,
    `${coefficients} as the front end computes`,
  );
  const { factors = [], offsets = [] } = model.input ?? {};
  demand(
    model.input === undefined || (factors.length === coefficients && offsets.length === coefficients),
    `there are ${factors.length} factors and ${offsets.length} offsets of its input`,
    `${coefficients}, one for each coefficient`,
  );
  demand(
    classes.length === model.dense.classes,
    `${classes.length} classes are named`,
    `${model.dense.classes}, the number of the network's outputs`,
  );
  demand(
    model.voice === undefined || (model.voice.classes === 1 && model.voice.inputs === model.dense.inputs),
    "the voice head has another shape",
    `one output of ${model.dense.inputs} inputs`,
  );
  demand(
    acceptThreshold >= 0 && acceptThreshold <= 1 && Math.fround(acceptThreshold) === acceptThreshold,
    `acceptThreshold is ${acceptThreshold}`,
    "a float32 from 0 to 1",
  );
  const misfit = answerRulesFault(rules, frontEnd, classes.length);
  if (misfit !== undefined) throw new ModelError(`This model cannot be built: ${misfit}.`);
  demand(isName(id, MOST_ID_BYTES), `its id is ${shown(id)}`, nameWords(MOST_ID_BYTES));
  const wrong = classesFault(classes);
  if (wrong) {
    const [what, value] = wrong.index === undefined ? ["the list of its classes", classes] : ["a class", classes[wrong.index]];
    demand(false, `${what} is ${shown(value)}`, wrong.expected);
  }
}

function demand(holds: boolean, found: string, expected: string): void {
  if (!holds) throw new ModelError(`This model cannot be built: ${found}; expected ${expected}.`);
}
