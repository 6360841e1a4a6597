import { readFile } from "node:fs/promises";
import { createServer, type OutgoingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const TYPES: Readonly<Record<string, string>> = { ".js": "text/javascript", ".html": "text/html", ".wasm": "application/wasm" };

export interface StaticServer {
  /** The page: http://127.0.0.1:PORT/some/path/ */
  address: string;
  close(): void;
}

export interface StaticOptions {
  headers?: OutgoingHttpHeaders;
  /** The path where the folder is; default "/". */
  path?: string;
  /** What is answered, with status 200, where no file is: servers of single-page apps do so. */
  fallback?: string;
}

/** Serves a folder as a plain web server does. */
export async function serveFolder(folder: string, { headers = {}, path = "/", fallback }: StaticOptions = {}): Promise<StaticServer> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const name = decodeURIComponent(pathname);
    const file = name.endsWith("/") ? `${name}index.html` : name;
    const inside = file.startsWith(path) && !file.split("/").includes("..");
    const content = inside ? await readFile(join(folder, file.slice(path.length))).catch(() => undefined) : undefined;
    if (content !== undefined)
      response.writeHead(200, { ...headers, "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(content);
    else if (fallback !== undefined) response.writeHead(200, { ...headers, "content-type": "text/html" }).end(fallback);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
