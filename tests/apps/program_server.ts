import { spawn } from "node:child_process";
import type { StaticServer } from "./static_server.js";

/** A server of a bundler, as a program of its own. Resolves as soon as it says its address. */
export function startServer(command: string, parameters: readonly string[], cwd: string): Promise<StaticServer> {
  const child = spawn(command, parameters, {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
  });
  const close = (): void => {
    // With the programs that it has started.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid);
  };
  return new Promise((resolve, reject) => {
    let said = "";
    const fail = (reason: string): void => reject(new Error(`${command} ${parameters.join(" ")} ${reason}: ${said}`));
    const timer = setTimeout(() => {
      close();
      fail("did not say its address within a minute");
    }, 60_000);
    child.on("error", reject).on("exit", () => fail("ended"));
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (piece: string) => {
        said += piece;
        // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals' colors
        const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said.replace(/\u001b\[\d*m/g, ""))?.[0];
        if (address === undefined) return;
        clearTimeout(timer);
        resolve({ address: `${address}/`, close });
      });
  });
}
