/** What all decoders have in common. */

export interface Decoded {
  /** [channels][samples]: floats of full scale 1, or integers of `bitDepth` bits. */
  channelData: (Float32Array | Int32Array)[];
  samplesDecoded: number;
  /** Hz; 0 if nothing is known yet. */
  sampleRate: number;
  /** Of lossless formats: the samples are integers. */
  bitDepth?: number;
  errors: readonly { message: string }[];
}

export const NOTHING: Decoded = { channelData: [], samplesDecoded: 0, sampleRate: 0, errors: [] };

/** Takes a file in pieces. */
export interface PieceDecoder {
  decode(bytes: Uint8Array): Promise<Decoded[]>;
  /** What was held back. */
  end(): Promise<Decoded[]>;
}

/** A decoder of a package that takes packets. */
export interface PacketDecoder {
  ready: Promise<unknown>;
  decodeFrames(packets: Uint8Array[]): Decoded & { channelData: Float32Array[] };
  free(): void;
}

/** A decoder of a package that takes a whole stream in pieces. */
export interface StreamDecoder {
  ready: Promise<unknown>;
  decode(bytes: Uint8Array): Decoded | Promise<Decoded>;
  flush?(): Promise<Decoded>;
}
