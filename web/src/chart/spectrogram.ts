/** The mel spectrogram: each column is painted once, on a canvas of its own that is a ring as the columns are. */
import { BANDS, type Columns } from "../columns.js";
import { colorOf, type Theme } from "./theme.js";

export class Spectrogram {
  readonly #canvas = document.createElement("canvas");
  readonly #context = this.#canvas.getContext("2d", { alpha: false })!;
  readonly #columns: Columns;
  #painted = 0;
  #theme: Theme | undefined;

  constructor(columns: Columns) {
    this.#columns = columns;
    this.#canvas.width = columns.capacity;
    this.#canvas.height = BANDS;
  }

  /** Draws columns `first` to before `end` into a rectangle. */
  draw(
    target: CanvasRenderingContext2D,
    theme: Theme,
    first: number,
    end: number,
    place: { x: number; y: number; width: number; height: number },
  ): void {
    this.#paint(theme);
    const { capacity } = this.#columns;
    const perColumn = place.width / (end - first);
    let column = first;
    // Twice where the ring begins again.
    while (column < end) {
      const from = column % capacity;
      const count = Math.min(end - column, capacity - from);
      const x = place.x + (column - first) * perColumn;
      target.drawImage(this.#canvas, from, 0, count, BANDS, x, place.y, count * perColumn, place.height);
      column += count;
    }
  }

  /** Paints the columns that are new, or all of them for another theme. */
  #paint(theme: Theme): void {
    const { count, first, capacity } = this.#columns;
    if (theme !== this.#theme) {
      this.#theme = theme;
      this.#painted = first;
      // What is scaled takes a little of the columns beside it.
      this.#context.fillStyle = colorOf(theme, 0);
      this.#context.fillRect(0, 0, capacity, BANDS);
    }
    for (let column = Math.max(this.#painted, first); column < count; ) {
      const place = column % capacity;
      const width = Math.min(count - column, capacity - place);
      this.#context.putImageData(this.#image(theme, place, width), place, 0);
      column += width;
    }
    this.#painted = count;
  }

  #image({ map }: Theme, place: number, width: number): ImageData {
    const image = new ImageData(width, BANDS);
    for (let x = 0; x < width; x++) {
      for (let band = 0; band < BANDS; band++) {
        const color = this.#columns.mel[(place + x) * BANDS + band]! * 3;
        const pixel = ((BANDS - 1 - band) * width + x) * 4;
        image.data[pixel] = map[color]!;
        image.data[pixel + 1] = map[color + 1]!;
        image.data[pixel + 2] = map[color + 2]!;
        image.data[pixel + 3] = 255;
      }
    }
    return image;
  }
}
