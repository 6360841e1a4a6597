import { type Command, InvalidArgumentError, Option } from "commander";
import { BUILDS, type Build } from "../model/builds.js";
import { Engine } from "../runtime/engine.js";
import type { Live } from "../runtime/live.js";
import { createLiveWith } from "../runtime/live_create.js";
import { LARGEST_SETTINGS } from "../runtime/live_options.js";
import { loadFromFolder } from "../runtime/loader_node.js";
import { allowRelaxedSimd } from "../runtime/relaxed_simd.js";
import type { SoundLayout } from "../runtime/sound_layout.js";
import { defaultModel, MODEL_HELP } from "./default_model.js";
import { noteLicenses } from "./license_note.js";
import { inputError, noSound, piecesUntil, readRawSound, readWavSound, type SoundTarget } from "./listen_input.js";
import { allWritten, type ListenFormat, type ListenOutput, listenFormat, listenOutput } from "./listen_output.js";
import { type RawFlags, rawFormatOption, rawOf, sampleRate } from "./raw_options.js";
import { positiveWholeNumber, wholeNumber } from "./run_program.js";
import { openSpeakerFile, type SpeakerFile } from "./speaker_file.js";

export interface ListenOptions {
  /** A shipped model, or the folder of a built one. */
  model: string;
  build: Build;
  format: ListenFormat;
  smoothing: number;
  hold: number;
  /** The sound is raw samples. */
  raw?: SoundLayout | undefined;
  /** File with a speaker's statistics, and whether it is only read. */
  adaptation?: string;
  adaptationReadOnly?: boolean;
}

/** Answers along the sound on standard input until it ends, or until Ctrl-C. */
export async function listenToInput(options: ListenOptions): Promise<void> {
  const { model, build, format, raw } = options;
  if (build === "relaxed") allowRelaxedSimd();
  const stop = stopSignal();
  try {
    const loaded = await loadFromFolder(model, build);
    noteLicenses([loaded.license]);
    const output = listenOutput(format, (await Engine.create(loaded.module)).model());
    const stream = new ListenStream(output, stop.givenUp, (layout, handlers) => openLive(loaded.module, options, layout, handlers));
    try {
      const pieces = piecesUntil(process.stdin, stop.stopped);
      const begun = raw ? await readRawSound(pieces, raw, stream) : await readWavSound(pieces, loaded.module, stream, stop.wasGiven);
      if (!begun && !stop.wasGiven()) throw noSound();
      stream.finish();
    } catch (error) {
      throw inputError(error);
    } finally {
      output.end();
    }
    const isRead = await allWritten(stop.givenUp);
    stream.save();
    // What its reader does not take would keep the process from ending.
    if (!isRead) process.exit();
  } finally {
    stop.forget();
    process.stdin.destroy();
  }
}

interface OpenLive {
  live: Live;
  speaker: SpeakerFile | undefined;
}

/** The stream of the sound, which begins when its layout is known. */
class ListenStream implements SoundTarget {
  readonly #output: ListenOutput;
  readonly #givenUp: AbortSignal;
  readonly #openLive: (layout: SoundLayout, handlers: ListenOutput) => Promise<OpenLive>;
  #opened: OpenLive | undefined;

  constructor(output: ListenOutput, givenUp: AbortSignal, openLive: (layout: SoundLayout, handlers: ListenOutput) => Promise<OpenLive>) {
    this.#output = output;
    this.#givenUp = givenUp;
    this.#openLive = openLive;
  }

  async begin(layout: SoundLayout): Promise<void> {
    this.#opened = await this.#openLive(layout, this.#output);
  }

  async push(bytes: Uint8Array): Promise<void> {
    this.#opened?.live.push(bytes);
    await this.#output.written(this.#givenUp);
  }

  warn(sentence: string): void {
    this.#output.warn(sentence);
  }

  finish(): void {
    this.#opened?.live.finish();
  }

  save(): void {
    this.#opened?.speaker?.save();
  }
}

async function openLive(
  module: WebAssembly.Module,
  { model, smoothing, hold, adaptation, adaptationReadOnly = false }: ListenOptions,
  { format, channels, sampleRate }: SoundLayout,
  handlers: ListenOutput,
): Promise<OpenLive> {
  const { onAnswer, onFrame, onSpeechStart, onSpeechEnd } = handlers;
  const live = await createLiveWith(async () => ({ module }), {
    ...{ sampleRate, channels, format, smoothing, hold },
    ...(onAnswer && { onAnswer }),
    ...(onFrame && { onFrame }),
    ...(onSpeechStart && { onSpeechStart }),
    ...(onSpeechEnd && { onSpeechEnd }),
  });
  if (adaptation === undefined) return { live, speaker: undefined };
  const speaker = {
    load: (statistics: Uint8Array | undefined) => {
      live.adaptation = statistics;
    },
    save: () => live.adaptation,
  };
  const known = { speaker: live.model.adapts ? speaker : undefined };
  return { live, speaker: await openSpeakerFile(known, { file: adaptation, readOnly: adaptationReadOnly, model }) };
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How long the reader of the answers may take after the stop. */
const READER_MS = 1000;

interface StopSignal {
  stopped: Promise<void>;
  wasGiven(): boolean;
  /** Comes READER_MS after the stop. */
  givenUp: AbortSignal;
  forget(): void;
}

/** The first signal ends the sound as its end does; the second ends the process. */
function stopSignal(): StopSignal {
  let stop = (): void => {};
  let given = false;
  const patience = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    stop = () => {
      given = true;
      forget();
      setTimeout(() => patience.abort(), READER_MS).unref();
      resolve();
    };
  });
  const forget = (): void => {
    for (const signal of SIGNALS) process.off(signal, stop);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return { stopped, wasGiven: () => given, givenUp: patience.signal, forget };
}

const RECORDERS: Readonly<Record<"linux" | "darwin" | "win32", readonly string[]>> = {
  linux: [
    "arecord -q -f S16_LE -r 16000 -c 1",
    "parec --rate=16000 --channels=1 --format=s16le", // raw
    "ffmpeg -v error -f pulse -i default -ac 1 -ar 16000 -flush_packets 1 -f wav -",
  ],
  darwin: ["sox -q -d -c 1 -r 16000 -b 16 -t wav -", 'ffmpeg -v error -f avfoundation -i ":0" -ac 1 -ar 16000 -flush_packets 1 -f wav -'],
  win32: [
    "sox -q -t waveaudio default -c 1 -r 16000 -b 16 -t wav -",
    'ffmpeg -v error -f dshow -i audio="Microphone" -ac 1 -ar 16000 -flush_packets 1 -f wav -',
  ],
};

/** Of a recorder, with what listen needs to read it. */
const piped = (recorder: string): string =>
  `${recorder} | light-sernet listen${recorder.startsWith("parec") ? " --rate 16000 --format s16le" : ""}`;

/** What to do where nobody has piped a sound in. */
function noPipe(platform: string): string {
  const [first] = RECORDERS[platform as keyof typeof RECORDERS] ?? RECORDERS.linux;
  return `standard input is a terminal, and sound comes through a pipe; for example: ${piped(first!)}`;
}

const EXAMPLES = `
Examples:
  Linux     $ ${RECORDERS.linux.map(piped).join("\n            $ ")}
  macOS     $ ${RECORDERS.darwin.map(piped).join("\n            $ ")}
  Windows   > ${RECORDERS.win32.map(piped).join("\n            > ")}
            ("ffmpeg -list_devices true -f dshow -i dummy" shows the names of the microphones)
  a file    $ light-sernet listen --json < speech.wav

Standard input is a WAV file, also an endless one from a recorder, or with --format and --rate raw samples. Every 0.512 s there is an answer about the
last 3 s: "listening" while nobody speaks, "uncertain (...)" if it is not accepted, or a label. It is 0.56 s old when it comes, 0.75 s where speech ends.

On a terminal: loudness, speech, probabilities, and the last minute as a strip with a letter for each answer (a capital one if it is accepted, a dot
while nobody speaks). Elsewhere, and with --json: a line of JSON for each answer ({"event": "answer", ...}), and for the begin and end of speech
({"event": "speechStart"}, {"event": "speechEnd"}). NO_COLOR turns colors off; a locale without UTF-8 turns blocks off.

Ctrl-C, SIGTERM and the end of the sound all end it in the same way: what is due is answered, --adaptation is saved, and the exit code is 0. A second Ctrl-C
ends it at once. So does a reader that has closed the pipe, quietly.`;

interface Flags extends Omit<ListenOptions, "format" | "model" | "raw">, RawFlags {
  model?: string;
  json?: boolean;
}

export function registerListen(program: Command): void {
  program
    .command("listen")
    .description("name emotions over time in the sound of a microphone or pipe")
    .option("--model <model>", MODEL_HELP)
    .addOption(new Option("--build <build>", "which build of the module").choices(BUILDS).default("auto"))
    .addOption(rawFormatOption())
    .option("--rate <hz>", "raw samples: their rate", sampleRate)
    .option("--channels <count>", "raw samples: their interleaved channels (default: 1)", positiveWholeNumber)
    .option("--smoothing <answers>", `probabilities are the mean of that many answers, 1 to ${LARGEST_SETTINGS.smoothing}`, smoothing, 1)
    .option("--hold <answers>", `a label is shown for at least that many answers, 0 to ${LARGEST_SETTINGS.hold}`, hold, 0)
    .option("--adaptation <file>", "a speaker's statistics: read if it is there, saved at the end")
    .option("--adaptation-read-only", "the file of --adaptation must be there, and stays as it is")
    .option("--json", "lines of JSON, also on a terminal")
    .addHelpText("after", EXAMPLES)
    .action(async ({ json = false, format, rate, channels, model = defaultModel(), ...options }: Flags, command: Command) => {
      const raw = rawOf({ format, rate, channels }, command);
      if (options.adaptationReadOnly && options.adaptation === undefined)
        command.error("error: --adaptation-read-only says how a file is used; name it with --adaptation");
      if (process.stdin.isTTY === true) command.error(`error: ${noPipe(process.platform)}`);
      await listenToInput({ ...options, raw, model, format: listenFormat(json) });
    });
}

const smoothing = (text: string): number => within(positiveWholeNumber(text), 1, LARGEST_SETTINGS.smoothing);
const hold = (text: string): number => within(wholeNumber(text), 0, LARGEST_SETTINGS.hold);

function within(value: number, least: number, most: number): number {
  if (value < least || value > most) throw new InvalidArgumentError(`give a whole number from ${least} to ${most}.`);
  return value;
}
