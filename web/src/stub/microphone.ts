/** A stand-in for listen() of the runtime, with the same interface, until it is there. It is deleted then. */
import { createLive, type LiveOptions } from "./live.js";

export interface Microphone {
  readonly node: AudioNode;
  close(): Promise<void>;
}

export interface MicrophoneOptions extends LiveOptions {
  onOverload?: (overload: { timeMs: number; droppedMs: number }) => void;
  onEnd?: (error: Error) => void;
}

export async function listen(options: MicrophoneOptions): Promise<Microphone> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false } });
  const context = new AudioContext();
  const node = context.createMediaStreamSource(stream);
  const live = await createLive({ ...options, sampleRate: context.sampleRate });
  const tap = context.createScriptProcessor(4096, 1, 1);
  tap.onaudioprocess = ({ inputBuffer }) => live.push(inputBuffer.getChannelData(0).slice());
  node.connect(tap);
  tap.connect(context.destination);
  return {
    node,
    async close() {
      tap.disconnect();
      live.close();
      for (const track of stream.getTracks()) track.stop();
      await context.close();
    },
  };
}
