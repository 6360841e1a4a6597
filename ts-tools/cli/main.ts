#!/usr/bin/env node
import { createProgram } from "./program.js";
import { runProgram } from "./run_program.js";

await runProgram(await createProgram(process.argv[2]));
