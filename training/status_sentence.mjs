/** Prints what a status of the module means: node training/status_sentence.mjs STATUS. For features.py. */
import { statusSentence } from "../dist/ts-tools/abi/status.js";

console.log(statusSentence(Number(process.argv[2])));
