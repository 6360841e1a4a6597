/**
 * Loads binaryen so that V8 does not optimize it, for files that import binaryen or the compiler, which needs it: import this file first. A build
 * calls most of its functions a few times, and V8 takes longer to optimize them than it then saves.
 */
import { setFlagsFromString } from "node:v8";

/** Option of V8 (and so of node): about how many bytes of code a WebAssembly function executes before V8 optimizes it. */
const TIERING_BUDGET = "--wasm-tiering-budget=";
/** For programs that soon end: no function is ever optimized. */
export const NEVER_OPTIMIZE = `${TIERING_BUDGET}2000000000`;

// Every module keeps the value that it was instantiated with. That of Node 20 is for those that follow.
setFlagsFromString(NEVER_OPTIMIZE);
await import("binaryen");
setFlagsFromString(`${TIERING_BUDGET}1800000`);
