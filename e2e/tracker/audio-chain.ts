import { Microphone } from '../../src/renderer/pipeline/audio/microphone.ts';
import { createSuppressor } from '../../src/renderer/pipeline/audio/suppressor.ts';
import { programmeNowMs } from '../../src/renderer/pipeline/clock.ts';
import type { PcmBlock } from '../../src/renderer/pipeline/stage/messages.ts';
import { type AudioChain, DEFAULT_AUDIO_CHAIN } from '../../src/shared/domain/audio-chain.ts';

/** Left side of a block, full scale 1. */
export interface HeardSound {
  readonly atMs: number;
  readonly arrivedMs: number;
  readonly left: number[];
}

declare global {
  interface Window {
    sound: {
      readonly microphone: Microphone;
      readonly defaults: AudioChain;
      readonly blocks: HeardSound[];
      /** RNNoise alone, without a device. */
      suppress(left: number[]): Promise<number[]>;
      /** A track that plays a tone, as a captured screen would. */
      toneTrack(hertz: number): MediaStreamTrack;
    };
  }
}

const channel = new MessageChannel();
const blocks: HeardSound[] = [];
channel.port2.onmessage = ({ data }: MessageEvent<PcmBlock>) => {
  const left: number[] = [];
  for (let i = 0; i < data.samples.length; i += 2) left.push(data.samples[i]! / 32_767);
  blocks.push({ atMs: data.timestampUs / 1000, arrivedMs: programmeNowMs(), left });
};
const microphone = new Microphone({ wanted: false, take: () => undefined });
microphone.connect(channel.port1);

window.sound = {
  microphone,
  defaults: DEFAULT_AUDIO_CHAIN,
  blocks,
  async suppress(left) {
    const context = new OfflineAudioContext(1, left.length, 48_000);
    const buffer = context.createBuffer(1, left.length, 48_000);
    buffer.copyToChannel(Float32Array.from(left), 0);
    const node = await createSuppressor(context);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(node).connect(context.destination);
    source.start();
    // The node loads its module by itself and tells nobody when it is there.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return [...(await context.startRendering()).getChannelData(0)];
  },
  toneTrack(hertz) {
    const context = new AudioContext({ sampleRate: 48_000 });
    const tone = new OscillatorNode(context, { frequency: hertz });
    const out = new MediaStreamAudioDestinationNode(context);
    tone.connect(new GainNode(context, { gain: 0.25 })).connect(out);
    tone.start();
    return out.stream.getAudioTracks()[0]!;
  },
};
