/** The loops of limits.ts in an engine with JavaScript. */
import { clocked, type Files, type OpenSubject, type Task } from "../measured/task.js";

export async function open(task: Task, files: Files): Promise<OpenSubject> {
  const functions: Record<string, (steps: number) => number> = {};
  const refused: Record<string, string> = {};
  for (const [name, content] of Object.entries(files)) {
    try {
      const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(content as BufferSource));
      functions[name] = exports.run as (steps: number) => number;
    } catch (error) {
      refused[name] = String(error);
    }
  }
  return {
    answer: () => ({ refused, versions: {} }),
    async run() {
      const times: Record<string, number> = {};
      for (const [name, run] of Object.entries(functions)) times[name] = await clocked(() => run(task.rounds?.[name] ?? 0));
      return times;
    },
  };
}
