/** Keeps the page on this machine, so that it opens without a network. */
export function keepOffline(status: HTMLElement): void {
  // Undefined where the page is not from https: or localhost, and in private windows of some browsers.
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (container === undefined) {
    status.textContent = "What is loaded keeps working without a network; to load the page again needs one.";
    return;
  }
  container
    .register(new URL("sw.js", document.baseURI))
    .then(() => container.ready)
    .then(() => {
      status.textContent = "Kept on this machine: the page opens without a network, with the models that you have used.";
    })
    .catch(() => {
      status.textContent = "What is loaded keeps working without a network; this browser keeps no pages.";
    });
}
