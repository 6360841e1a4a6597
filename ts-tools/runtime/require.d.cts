import type { CreateOptions, DecodedSound, Live, LiveOptions, Recognizer, SoundFile } from "./index.js" with {
  "resolution-mode": "import",
};

/** Loads a built model and returns a recognizer for it. Node reads files; elsewhere the model is fetched. */
export declare function createRecognizer(options?: CreateOptions): Promise<Recognizer>;
/** Loads a built model and begins a stream: sound goes in without end, answers come out. */
export declare function createLive(options?: LiveOptions): Promise<Live>;
/** Decodes a sound file with the browser's own decoders; see the ES module. */
export declare function decodeSoundFile(file: SoundFile): Promise<DecodedSound>;
export type {
  AudioBufferLike,
  AudioBufferOptions,
  Build,
  ByteOptions,
  ClassifyOptions,
  CreateOptions,
  DecodedSound,
  Features,
  InputFigures,
  Live,
  LiveAnswer,
  LiveFrame,
  LiveHandlers,
  LiveMeter,
  LiveMoment,
  LiveOptions,
  LiveSettings,
  LiveState,
  LongMode,
  ModelInfo,
  ModuleBuild,
  OpenOptions,
  OpenRecording,
  PackagedModel,
  PlanarSamples,
  PushOptions,
  Recognition,
  Recognizer,
  RecognizerError,
  RecognizerOptions,
  RecognizerStatus,
  RecordingChoices,
  SampleOptions,
  Samples,
  Segment,
  Sound,
  SoundFile,
  SoundPiece,
  SoundSource,
  Timing,
  WarningCode,
} from "./index.js" with { "resolution-mode": "import" };
