import type { Page } from "playwright-core";
import type { LiveAnswer } from "../../ts-tools/runtime/index.js";
import type * as MicrophoneEntry from "../../ts-tools/runtime/microphone.js";

/** What a function that runs in a page finds there. */
export interface InPage {
  listen: typeof MicrophoneEntry.listen;
  /** The accepted labels. */
  accepted: (answers: readonly LiveAnswer[]) => string[];
  wait: (milliseconds: number) => Promise<void>;
  /** Waits for what comes in real time, later on a busy machine: until the condition holds, or 20 s, after which the test's assertions say what is missing. */
  until: (condition: () => boolean) => Promise<void>;
}

/** Runs a function in a page of openPage({ dist }), with the microphone's entry and the address of a module. */
export async function runInPage<T>(page: Page, run: (entry: InPage, wasm: string) => Promise<T>, wasm: string): Promise<T> {
  return page.evaluate(
    async ([source, wasm]) => {
      const { listen } = (await import("/dist/ts-tools/runtime/microphone.js" as string)) as InPage;
      const accepted = (answers: readonly LiveAnswer[]): string[] => answers.filter((answer) => answer.accepted).map(({ label }) => label!);
      const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
      const until = async (condition: () => boolean): Promise<void> => {
        for (const end = performance.now() + 20_000; !condition() && performance.now() < end; ) await wait(20);
      };
      const run = new Function(`return ${source}`)() as (entry: InPage, wasm: string) => Promise<T>;
      return run({ listen, accepted, wait, until }, wasm!);
    },
    [run.toString(), wasm] as const,
  );
}
