/** Every name that the package exports, and every public member of it, says in the source what it is. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { repositoryRoot } from "../support/paths.js";

const ENTRIES = ["index.ts", "browser.ts", "pool.ts"].map((name) => join(repositoryRoot, "ts-tools/runtime", name));
/** What an error and a constructor have from the language needs no words of ours. */
const PLAIN = new Set(["RecognizerError.name"]);

const program = ts.createProgram(ENTRIES, {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  skipLibCheck: true,
  noEmit: true,
});
const checker = program.getTypeChecker();

const says = (symbol: ts.Symbol): boolean => ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim().length > 0;

/** Exported names of the entries, aliases followed. */
function exported(): ts.Symbol[] {
  const symbols = ENTRIES.flatMap((entry) => checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)!)!));
  return symbols.map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
}

/** Public members of a class or interface that are declared in our sources. */
function members(symbol: ts.Symbol): ts.Symbol[] {
  const own = [...(symbol.members?.values() ?? [])];
  return own.filter((member) => {
    const [declaration] = member.declarations ?? [];
    if (!declaration || ts.isConstructorDeclaration(declaration) || ts.isTypeParameterDeclaration(declaration)) return false;
    const name = ts.getNameOfDeclaration(declaration);
    const isPrivate = (name && ts.isPrivateIdentifier(name)) || ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private;
    return !isPrivate;
  });
}

test("every public name has a docstring", (t) => {
  const symbols = [...new Set(exported())];
  const silent: string[] = [];
  let count = 0;
  for (const symbol of symbols) {
    count++;
    if (!says(symbol)) silent.push(symbol.name);
    if (!(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))) continue;
    for (const member of members(symbol)) {
      count++;
      if (!says(member) && !PLAIN.has(`${symbol.name}.${member.name}`)) silent.push(`${symbol.name}.${member.name}`);
    }
  }
  t.diagnostic(`${count} names`);
  assert.ok(symbols.length > 30 && count > 80, `${symbols.length}, ${count}`);
  assert.deepEqual(silent, []);
});
