/**
 * Import this first, or by `node --import`: a process then takes what it compiles from what all tests share (compile_once.ts), and does not load the compiler.
 */
import { register } from "node:module";

/** Resolves the compiler to the one that remembers, which itself imports the real one. Node runs it in a thread of its own, so it is a text. */
const hook = `
const compiler = ${JSON.stringify(new URL("../../ts-tools/link/compile.js", import.meta.url).href)};
const remembering = ${JSON.stringify(new URL("./compile_once.js", import.meta.url).href)};
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  return found.url === compiler && context.parentURL !== remembering ? { ...found, url: remembering } : found;
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
