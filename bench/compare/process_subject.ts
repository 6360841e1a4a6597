/** Subjects in processes of their own, which speak the protocol of node_worker.ts and bench/peers/worker.py. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Answer, Task } from "../measured/task.js";

/** A program and its parameters before the task. */
export interface Program {
  command: string;
  parameters: readonly string[];
}

/** A subject that has sent its first answer and waits for runs. */
export interface Started {
  answer: Answer;
  run(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

export interface ColdStart {
  answer: Answer;
  coldStartMs: number;
  residentBytes?: number;
}

type Message = { answer?: Answer; error?: string; coldStartMs?: number; residentBytes?: number | null } & Record<string, unknown>;

/** Starts a subject; throws the sentence that it prints when it cannot. */
export async function startProcess(program: Program, task: Task): Promise<Started> {
  const child = new Conversation(program, task);
  const { answer } = await child.next();
  if (!answer) throw new Error(`${program.command} sent no answer; this is a bug in the bench`);
  return {
    answer,
    async run() {
      child.say("run");
      return (await child.next()) as Record<string, number>;
    },
    close: () => child.close(),
  };
}

/** One first inference in a fresh process. */
export async function coldStart(program: Program, task: Task): Promise<ColdStart> {
  const child = new Conversation(program, { ...task, cold: true });
  const { answer, coldStartMs, residentBytes } = await child.next();
  await child.close();
  if (!answer || coldStartMs === undefined) throw new Error(`${program.command} sent no answer; this is a bug in the bench`);
  return { answer, coldStartMs, ...(typeof residentBytes === "number" && { residentBytes }) };
}

/** Lines back and forth; errors of the other side are thrown. */
class Conversation {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<void>;
  #errorOutput = "";

  constructor({ command, parameters }: Program, task: Task) {
    this.#child = spawn(command, [...parameters, JSON.stringify(task)]);
    this.#closed = new Promise((resolve) => {
      this.#child.on("close", () => resolve());
    });
    this.#child.on("error", (error) => {
      this.#errorOutput += error.message;
      this.#child.stdout.destroy();
    });
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errorOutput = (this.#errorOutput + text).slice(-2000);
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  say(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  async next(): Promise<Message> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) {
        await Promise.race([this.#closed, new Promise((resolve) => setTimeout(resolve, 1000))]);
        throw new Error(
          `${this.#child.spawnfile} ended without an answer: ${this.#errorOutput.trim().split("\n").at(-1) || "it printed nothing"}`,
        );
      }
      // Libraries print to standard output, too.
      if (!value.startsWith("{")) continue;
      const message = JSON.parse(value) as Message;
      if (message.error !== undefined) {
        await this.close();
        throw new Error(message.error);
      }
      return message;
    }
  }

  async close(): Promise<void> {
    this.#child.stdin.end("end\n");
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await this.#closed;
    clearTimeout(late);
  }
}
