import type { Command } from "commander";

export function registerBench(program: Command): void {
  program.command("bench").action(() => {
    throw new Error("bench is not written yet");
  });
}
