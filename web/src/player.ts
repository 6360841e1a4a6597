/** Plays the file that is shown, with the browser's own controls. */
import { element } from "./elements.js";

export class Player {
  readonly #audio = document.createElement("audio");
  readonly #onTime: (timeMs: number) => void;
  #address: string | undefined;

  constructor(onTime: (timeMs: number) => void) {
    this.#onTime = onTime;
    this.#audio.controls = true;
    this.#audio.hidden = true;
    this.#audio.ariaLabel = "The file that is shown";
    element("player", HTMLElement).append(this.#audio);
    this.#audio.addEventListener("play", () => this.#follow());
    this.#audio.addEventListener("seeked", () => this.#tell());
    // A format that the module reads and the browser does not play.
    this.#audio.addEventListener("error", () => this.hide());
  }

  show(file: File): void {
    this.hide();
    this.#address = URL.createObjectURL(file);
    this.#audio.src = this.#address;
    this.#audio.hidden = false;
  }

  hide(): void {
    this.#audio.hidden = true;
    if (this.#address === undefined) return;
    const address = this.#address;
    this.#address = undefined;
    this.#audio.pause();
    this.#audio.removeAttribute("src");
    URL.revokeObjectURL(address);
  }

  #follow(): void {
    this.#tell();
    if (!this.#audio.paused) requestAnimationFrame(() => this.#follow());
  }

  #tell(): void {
    this.#onTime(1000 * this.#audio.currentTime);
  }
}
