/**
 * Answers every request of the page from what was kept. The page's build puts the list of its files before this text, with a hash of them all as the version, so a
 * new page is another service worker, and nothing of the old page is mixed with it. Models are kept when they are first used.
 */
declare const PAGE: { version: string; files: readonly string[] };

/** Of a service worker's globals, which the types of pages lack. */
interface ServiceWorkerScope {
  registration: { scope: string };
  skipWaiting(): Promise<void>;
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
  await scope.skipWaiting();
}

async function activate(): Promise<void> {
  for (const key of await caches.keys()) if (key.startsWith(prefix) && key !== name) await caches.delete(key);
  await scope.clients.claim();
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
