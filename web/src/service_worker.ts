/**
 * Answers every request of the page from what was kept. The page's build puts the list of its files before this text, with a hash of them all as the version, so a
 * new page is another service worker with a cache of its own. It waits until the last tab of the old page is closed, so that an open page gets no scripts of another
 * version. Models are kept when they are first used.
 */
declare const PAGE: { version: string; files: readonly string[] };

/** Of a service worker's globals, which the types of pages lack. */
interface ServiceWorkerScope {
  registration: { scope: string };
  clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", listener: (event: { waitUntil(done: Promise<unknown>): void }) => void): void;
  addEventListener(type: "fetch", listener: (event: { request: Request; respondWith(response: Promise<Response>): void }) => void): void;
}

const scope = globalThis as unknown as ServiceWorkerScope;
/** Pages in other folders of the same server have caches of their own. */
const prefix = `light-sernet ${scope.registration.scope} `;
const name = prefix + PAGE.version;

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(activate()));
scope.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(scope.registration.scope)) event.respondWith(answer(event.request));
});

async function install(): Promise<void> {
  const cache = await caches.open(name);
  await cache.addAll(PAGE.files.map((file) => new Request(new URL(file, scope.registration.scope), { cache: "no-cache" })));
}

/** The first version takes over the page that has registered it. A later one does not: open pages that no service worker answers may be older. */
async function activate(): Promise<void> {
  const older = (await caches.keys()).filter((key) => key.startsWith(prefix) && key !== name);
  for (const key of older) await caches.delete(key);
  if (older.length === 0) await scope.clients.claim();
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(name);
  const kept = await cache.match(request, { ignoreSearch: true });
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok && new URL(request.url).pathname.endsWith(".wasm")) await cache.put(request, response.clone());
  return response;
}

export {};
