/** What the decoders of all packages have in common. */

export interface Decoded {
  /** float32 [channels][samples], full scale 1. */
  channelData: Float32Array[];
  samplesDecoded: number;
  /** Hz; 0 if nothing is known yet. */
  sampleRate: number;
  /** Of lossless formats. */
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
  decodeFrames(packets: Uint8Array[]): Decoded;
  free(): void;
}
