/** A small server of files for the page: what any static host does, packed and with the right types. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".wav": "audio/wav",
};

export interface PageServer {
  /** Where the page is. */
  address: string;
  /** The paths that were sent, below the page; not those that the browser had already. */
  requests: string[];
  close(): Promise<void>;
}

/** Serves a folder below a path that begins and ends with a slash. Port 0 takes a free one. */
export async function servePage(folder: string, under = "/", port = 0): Promise<PageServer> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const pathname = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const name = pathname.startsWith(under) ? pathname.slice(under.length) || "index.html" : "..";
    const content = name.split("/").includes("..") ? undefined : await readFile(path.join(folder, name)).catch(() => undefined);
    if (content === undefined) {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
      return;
    }
    const etag = `"${createHash("sha256").update(content).digest("hex").slice(0, 16)}"`;
    if (request.headers["if-none-match"] === etag) {
      response.writeHead(304, { etag, "cache-control": "no-cache" }).end();
      return;
    }
    requests.push(name);
    const type = TYPES[path.extname(name)] ?? "application/octet-stream";
    response
      .writeHead(200, { "content-type": type, "content-encoding": "gzip", "cache-control": "no-cache", etag })
      .end(gzipSync(content, { level: 9 }));
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}${under}`,
    requests,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
