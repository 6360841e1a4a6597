/** How many frames with speech each row of the last layer is over: those of the answer's rows, and of the two that are on their way through the network. */
import { STREAM_SPEECH, STREAM_SPEECH_BYTES } from "../generated/memory_map";
import { ROW_FRAMES, ROWS_AHEAD, WINDOW_ROWS } from "../generated/stream";

/** Where the row of the newest frame is counted, and how many of its frames there are. */
let newest: i32 = 0;
let frames: i32 = 0;

export function startSpeech(): void {
  memory.fill(STREAM_SPEECH, 0, STREAM_SPEECH_BYTES);
  newest = 0;
  frames = 0;
}

export function countFrame(speech: bool): void {
  if (frames == ROW_FRAMES) {
    newest = newest + 1 == STREAM_SPEECH_BYTES ? 0 : newest + 1;
    store<u8>(STREAM_SPEECH + <usize>newest, 0);
    frames = 0;
  }
  frames++;
  const at = STREAM_SPEECH + <usize>newest;
  store<u8>(at, load<u8>(at) + u8(speech));
}

/** Frames with speech of the last WINDOW_ROWS rows that the network has made. */
export function speechOfRows(): i32 {
  let sum = 0;
  for (let row = 0; row < WINDOW_ROWS; row++) {
    sum += i32(load<u8>(STREAM_SPEECH + <usize>((newest + STREAM_SPEECH_BYTES - ROWS_AHEAD - row) % STREAM_SPEECH_BYTES)));
  }
  return sum;
}
