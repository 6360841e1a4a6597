/** Which compiled modules a page loads, and what of them it needs. */
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** Imports, and addresses of modules for workers and worklets. */
const IMPORTED = /(?:from|import)\s*\(?\s*"(\.[^"]+\.js)"|new URL\(\s*"(\.[^"]+\.js)"\s*,\s*import\.meta\.url\s*\)/g;

/** The files that a compiled file imports. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(IMPORTED)].map(([, imported, address]) => path.join(path.dirname(file), (imported ?? address)!));
}

/** Compiled files and everything that they reach; not the page's service worker, which is at its root. */
export function reachedFrom(entries: readonly string[], follow: (file: string) => boolean = () => true): string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file) || !follow(file)) return;
    seen.add(file);
    for (const name of importsOf(file)) visit(name);
  };
  for (const entry of entries) visit(entry);
  return [...seen];
}

/** A compiled file without its comments, and with a space for each level of indentation. */
export function withoutComments(text: string): string {
  const compilerOptions = { removeComments: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const { outputText } = ts.transpileModule(text, { compilerOptions });
  return outputText.replace(/^(?: {4})+/gm, (spaces) => " ".repeat(spaces.length / 4));
}
