import type { Command } from "commander";

export function registerBuild(program: Command): void {
  program.command("build").action(() => {
    throw new Error("build is not written yet");
  });
}
