/** Prints what a status of the module means: node training/data/status_sentence.mjs STATUS. For front_end.py. */
import { statusSentence } from "../../dist/ts-tools/abi/status.js";

console.log(statusSentence(Number(process.argv[2])));
