/** Keeps the page on this machine, so that it opens without a network. */

/** `model`: the address of the model that was loaded before anything was kept. */
export async function keepOffline(status: HTMLElement, model: string | undefined): Promise<void> {
  // Undefined where the page is not from https: or localhost, and in private windows of some browsers.
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (container === undefined) return;
  try {
    await container.register(new URL("sw.js", document.baseURI));
    await container.ready;
    if (container.controller === null)
      await new Promise((resolve) => container.addEventListener("controllerchange", resolve, { once: true }));
    // What the service worker passes on, it keeps.
    if (model !== undefined) await (await fetch(model)).arrayBuffer();
    status.textContent = "This page is kept on this machine and opens without a network, with the models that you have used.";
  } catch {
    // Some browsers keep no pages; the status says what holds without.
  }
}
