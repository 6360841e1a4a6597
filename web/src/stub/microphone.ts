/** A stand-in for listen() of the runtime, with the same interface, until it is there. It is deleted then. */
import { createLive, type LiveOptions } from "./live.js";

export interface Listening {
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

export async function listen({ source, ...options }: LiveOptions & { source: AudioNode }): Promise<Listening> {
  const live = await createLive({ ...options, sampleRate: source.context.sampleRate });
  const tap = (source.context as AudioContext).createScriptProcessor(4096, 1, 1);
  tap.onaudioprocess = ({ inputBuffer }) => live.push(inputBuffer.getChannelData(0).slice());
  source.connect(tap);
  tap.connect(source.context.destination);
  return {
    pause() {},
    resume() {},
    async close() {
      tap.disconnect();
      source.disconnect(tap);
      live.close();
    },
  };
}
