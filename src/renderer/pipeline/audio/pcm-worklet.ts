import { BlockBuilder, type WorkletBlock, type WorkletMute } from './pcm-block.ts';

// The scope of a worklet is in no TypeScript library.
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare const currentFrame: number;
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

const QUANTUM = 128;

class PcmProcessor extends AudioWorkletProcessor {
  private readonly builder = new BlockBuilder();
  private readonly full = () => {
    const { frame, samples, peak, rms } = this.builder;
    this.port.postMessage({ frame, samples, peak, rms } satisfies WorkletBlock);
  };

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<WorkletMute>) => {
      this.builder.muted = data.muted;
    };
  }

  process(inputs: readonly (readonly Float32Array[])[]): boolean {
    const channels = inputs[0] ?? [];
    this.builder.add(channels, currentFrame, channels[0]?.length ?? QUANTUM, this.full);
    return true;
  }
}

registerProcessor('pcm', PcmProcessor);
