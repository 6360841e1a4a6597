/** Classifies a short sound with one damaged copy of a module after the other, and reports what came of each. */
import { readFileSync } from "node:fs";
import { createRecognizer, RecognizerError } from "../../ts-tools/runtime/index.js";
import { Random } from "../support/random.js";
import { voice } from "../support/sounds.js";

const [file = "", first, rounds] = process.argv.slice(2);
const original = readFileSync(file);
const sound = voice(1500);

/** Its code is where damage is more than another number: half of the changes go there. */
function damage(round: number): Uint8Array<ArrayBuffer> {
  const random = new Random(1000 + round);
  const bytes = new Uint8Array(original);
  const end = round % 2 === 0 ? bytes.length : Math.min(bytes.length, 16_000);
  for (let change = 0; change <= round % 3; change++) bytes[Math.floor(random.between(8, end))] = Math.floor(random.between(0, 256));
  return bytes;
}

async function outcomeOf(module: Uint8Array<ArrayBuffer>): Promise<string> {
  try {
    const recognizer = await createRecognizer({ module });
    recognizer.classify(sound, { sampleRate: 22050 });
    return "answer";
  } catch (error) {
    if (!(error instanceof RecognizerError) || /\p{Cc}/u.test(error.message))
      return error instanceof Error ? `${error.stack}` : String(error);
    return / is damaged \(/.test(error.message) ? "damaged" : "refused";
  }
}

for (let round = Number(first); round < Number(rounds); round++) process.send?.({ round, outcome: await outcomeOf(damage(round)) });
process.disconnect?.();
