import type { ChainBlock, ChainSettings } from './chain-messages.ts';
import { BlockBuilder } from './pcm-block.ts';
import { SoundChain } from './sound-chain.ts';

// The scope of a worklet is in no TypeScript library.
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare const currentFrame: number;
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** The programme's sound as blocks by its port, and as it is by its output, for the monitor. */
class ChainProcessor extends AudioWorkletProcessor {
  private readonly chain = new SoundChain();
  private readonly builder = new BlockBuilder();
  private readonly full = () => {
    const { builder, chain } = this;
    this.port.postMessage({
      frame: builder.frame,
      samples: builder.samples,
      peak: chain.peak,
      rms: chain.rms,
      clipped: chain.clipped,
      reductionDb: chain.reductionDb,
      gateOpen: chain.gateOpen,
      suppressionDead: chain.suppressionDead,
      voice: chain.voice,
      voiceFrames: chain.voiceFrames,
    } satisfies ChainBlock);
    chain.beginBlock();
  };

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ChainSettings>) => this.chain.configure(data);
  }

  process(
    inputs: readonly (readonly Float32Array[])[],
    outputs: readonly (readonly Float32Array[])[],
  ): boolean {
    const [left, right] = outputs[0] ?? [];
    if (!left || !right) return true;
    this.chain.process(inputs, left, right, left.length);
    this.builder.add(left, right, currentFrame, left.length, this.full);
    return true;
  }
}

registerProcessor('sound-chain', ChainProcessor);
