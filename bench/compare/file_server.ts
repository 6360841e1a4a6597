import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

/** Serves files to a page on this machine. */
export interface FileServer {
  /** http://127.0.0.1:PORT/, an empty page. */
  address: string;
  /** The address of one file from now on. */
  file(file: string): string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** With these a page is isolated from others, and its clock ticks every 5 microseconds instead of every 100. */
const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
};

/** `folders` by the first part of their addresses: { dist: "/somewhere/dist" } serves /dist/... */
export async function serveFiles(folders: Readonly<Record<string, string>>): Promise<FileServer> {
  const files: string[] = [];
  const find = (pathname: string): string | undefined => {
    const [, first = "", ...rest] = decodeURIComponent(pathname).split("/");
    if (rest.includes("..")) return undefined;
    if (first === "file") return files[Number(rest[0])];
    const folder = folders[first];
    return folder === undefined ? undefined : path.join(folder, ...rest);
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/") {
      response.writeHead(200, { ...ISOLATION, "content-type": "text/html" }).end("<!doctype html><title>light-sernet</title>");
      return;
    }
    const file = find(pathname);
    const content = file === undefined ? undefined : await readFile(file).catch(() => undefined);
    if (file === undefined || content === undefined) {
      response.writeHead(404, ISOLATION).end();
      return;
    }
    response.writeHead(200, { ...ISOLATION, "content-type": TYPES[path.extname(file)] ?? "application/octet-stream" }).end(content);
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    address,
    file(file) {
      files.push(file);
      return `${address}file/${files.length - 1}/${path.basename(file)}`;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
