/** Numbers that the C functions return and that have a sentence each: statuses and warnings. */
import { ADAPTATION_STATUS, STATUS, WARNING } from "../abi/status.js";
import type { Manifest } from "../model/model_types.js";
import { cString } from "./c_text.js";

interface NumberWithSentence {
  /** Of the enum's value. */
  name: string;
  value: number;
  sentence: string;
}

/** Statuses of the C functions only. Their codes follow those of the module. */
const C_STATUS = {
  NO_STATE: { code: -40, sentence: "the state is NULL or was not initialized; call lsn_init first" },
  NO_SOUND: { code: -41, sentence: "the pointer to the sound or to the result is NULL; pass both" },
} as const;

export function statusesOf({ normalization }: Manifest): NumberWithSentence[] {
  const statuses = Object.entries({ ...STATUS, ...(normalization && ADAPTATION_STATUS), ...C_STATUS });
  return statuses.map(([name, { code, sentence }]) => ({ name: `LSN_${name}`, value: code, sentence }));
}

export const WARNINGS: readonly NumberWithSentence[] = Object.entries(WARNING).map(([name, { bit, sentence }]) => ({
  name: `LSN_WARNING_${name}`,
  value: bit,
  sentence,
}));

/** What stands between the braces of an enum. */
export function enumValues(numbers: readonly NumberWithSentence[]): string {
  const last = numbers.at(-1);
  return numbers.map((number) => `  ${number.name} = ${number.value}${number === last ? "" : ","} /* ${number.sentence} */`).join("\n");
}

/** lsn_status_sentence() and the like. */
export function sentenceFunction(kind: "status" | "warning", numbers: readonly NumberWithSentence[]): string {
  return `const char *lsn_${kind}_sentence(lsn_${kind} ${kind}) {
  switch ((int)${kind}) { /* any number may come */
${numbers.map(({ name, sentence }) => `    case ${name}: return "${cString(sentence)}";`).join("\n")}
    default: return "unknown ${kind}";
  }
}
`;
}
