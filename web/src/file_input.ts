/** Three ways to a file: dropped anywhere on the page, chosen, or an example that is shipped with the page. */
import { element } from "./elements.js";

export function takeFiles(take: (file: Promise<File>) => void): void {
  const chooser = element("file", HTMLInputElement);
  element("choose", HTMLButtonElement).addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    const file = chooser.files?.[0];
    // The same file can be chosen again.
    chooser.value = "";
    if (file !== undefined) take(Promise.resolve(file));
  });
  for (const button of Array.from(document.querySelectorAll<HTMLButtonElement>("button[data-example]")))
    button.addEventListener("click", () => take(fetchExample(button.dataset.example!)));
  takeDrops((file) => take(Promise.resolve(file)));
}

async function fetchExample(name: string): Promise<File> {
  const response = await fetch(new URL(`../examples/${name}`, import.meta.url)).catch(() => undefined);
  if (!response?.ok) throw new Error("The example cannot be fetched now; choose a file of your own.");
  return new File([await response.blob()], name, { type: "audio/wav" });
}

function takeDrops(take: (file: File) => void): void {
  let inside = 0;
  const mark = (change: number): void => {
    inside = change === 0 ? 0 : inside + change;
    document.body.classList.toggle("dropping", inside > 0);
  };
  document.addEventListener("dragenter", () => mark(1));
  document.addEventListener("dragleave", () => mark(-1));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(0);
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) take(file);
  });
}
