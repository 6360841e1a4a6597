/**
 * The process that compiles modules for all test files of a run: compiler and optimizer are loaded, and compiled by V8, once. In a process of its own the
 * first module takes each file three seconds longer. run_tests.ts starts it and names its socket in the environment; it ends with run_tests.ts.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { compile, Target } from "../../ts-tools/link/compile.js";

interface Request {
  target: Target;
  generated: [string, string][];
  memoryBase: number;
}

type Answer = { binary: string } | { error: string };

const SOCKET = "LIGHT_SERNET_COMPILE_SERVER";

/** All that the other side says; what this one says may follow. */
async function received(socket: Socket): Promise<unknown> {
  let text = "";
  socket.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  await once(socket, "end");
  return JSON.parse(text);
}

/** compile() in that process; undefined where there is none. */
export function compileServer(): typeof compile | undefined {
  const path = process.env[SOCKET];
  if (path === undefined) return undefined;
  return async (target, generated, memoryBase) => {
    const socket = connect({ path, allowHalfOpen: true });
    socket.end(JSON.stringify({ target, generated: [...generated], memoryBase } satisfies Request));
    const answer = (await received(socket)) as Answer;
    if ("error" in answer) throw new Error(answer.error);
    return Buffer.from(answer.binary, "base64");
  };
}

/** Starts the process, with a socket in this folder, for all processes that this one starts from now on. */
export async function startCompileServer(folder: string): Promise<void> {
  const path = join(folder, "compile.socket");
  const server = fork(fileURLToPath(import.meta.url), [path]);
  const ended = once(server, "exit").then(() =>
    Promise.reject(new Error("the process that compiles modules for the tests does not start")),
  );
  await Promise.race([once(server, "message"), ended]);
  server.unref();
  server.channel?.unref();
  process.env[SOCKET] = path;
}

async function answer({ target, generated, memoryBase }: Request): Promise<Answer> {
  try {
    const { compile } = await import("../../ts-tools/link/compile.js");
    return { binary: Buffer.from(await compile(target, new Map(generated), memoryBase)).toString("base64") };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function serve(path: string): void {
  let before: Promise<unknown> = Promise.resolve();
  createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    before = before.then(async () => socket.end(JSON.stringify(await answer((await received(socket)) as Request)))).catch(() => {});
  }).listen(path, () => process.send!("ready"));
  process.on("disconnect", () => process.exit());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve(process.argv[2]!);
