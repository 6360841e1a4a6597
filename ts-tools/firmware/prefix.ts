/**
 * The names of the C sources. By default functions and types begin with lsn_, macros with LSN_, and files, header guards and what build systems
 * know begin with light_sernet. With another prefix, voice, these are voice_, VOICE_ and voice_light_sernet: so the folders of several models
 * can be parts of one program, and no file is mistaken for one of the program's own, as voice.h or string.h would be.
 */

/** The one without --prefix. */
export const DEFAULT_PREFIX = "lsn";

const LONGEST = 31;
/** A name with two underscores in a row, or one at the start, belongs to the compiler; one at the end would make two of them. */
const PREFIX = /^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$/;
/** What the C library or POSIX calls ..._init and the like. */
const TAKEN = ["atomic", "cnd", "mtx", "pthread", "sem", "sig", "thrd", "tss"];

/** A word of ours, whatever stands before it: CONFIG_LIGHT_SERNET. */
const OWN = /lsn_|LSN_|light_sernet|LIGHT_SERNET/g;

/** Why a prefix cannot be used, as a sentence, or undefined if it can. */
export function refusal(prefix: string): string | undefined {
  const name = prefix.toLowerCase();
  if (!PREFIX.test(prefix) || prefix.length > LONGEST)
    return `A prefix is a name of C: a letter, then letters, digits and single underscores between them, at most ${LONGEST} characters.`;
  if (TAKEN.includes(name)) return `The C library has names that begin with ${name}_; choose another prefix.`;
  if (prefix !== DEFAULT_PREFIX && /^lsn(_|$)/.test(name))
    return "Names that begin with lsn_ belong to a model without --prefix; choose another prefix.";
  return undefined;
}

/** A text of ours with the names of a prefix. */
export function prefixed(text: string, prefix: string): string {
  if (prefix === DEFAULT_PREFIX) return text;
  const upper = prefix.toUpperCase();
  return text.replace(OWN, (own) => {
    if (own === "lsn_") return `${prefix}_`;
    if (own === "LSN_") return `${upper}_`;
    return `${own === "LIGHT_SERNET" ? upper : prefix}_${own}`;
  });
}

/** The name of the folder as a component, module or library: these may have a hyphen. */
export const componentName = (prefix: string): string => (prefix === DEFAULT_PREFIX ? "light-sernet" : `${prefix}-light-sernet`);

/** Files with names and contents of a prefix. Throws if a renamed word is then one that the files have already. */
export function prefixedFiles(files: ReadonlyMap<string, string>, prefix: string): Map<string, string> {
  if (prefix === DEFAULT_PREFIX) return new Map(files);
  const words = new Set([...files.values()].flatMap((text) => text.match(/\b[A-Za-z_]\w*/g) ?? []));
  for (const word of words) {
    const renamed = prefixed(word, prefix);
    if (renamed !== word && words.has(renamed))
      throw new Error(
        `--prefix ${prefix}: the C sources have a ${renamed} of their own, which ${word} would become; choose another prefix`,
      );
  }
  return new Map(Array.from(files, ([name, text]) => [prefixed(name, prefix), prefixed(text, prefix)]));
}
