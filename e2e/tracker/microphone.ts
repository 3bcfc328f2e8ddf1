import { Microphone } from '../../src/renderer/pipeline/audio/microphone.ts';
import { programmeNowMs } from '../../src/renderer/pipeline/clock.ts';
import type { PcmBlock } from '../../src/renderer/pipeline/stage/messages.ts';

export interface HeardBlock {
  readonly timestampUs: number;
  readonly arrivedUs: number;
  readonly frames: number;
  readonly peak: number;
}

declare global {
  interface Window {
    microphone: Microphone;
    heard: HeardBlock[];
  }
}

const channel = new MessageChannel();
window.heard = [];
channel.port2.onmessage = ({ data }: MessageEvent<PcmBlock>) => {
  let peak = 0;
  for (const sample of data.samples) peak = Math.max(peak, Math.abs(sample));
  window.heard.push({
    timestampUs: data.timestampUs,
    arrivedUs: programmeNowMs() * 1000,
    frames: data.samples.length / 2,
    peak,
  });
};
window.microphone = new Microphone();
window.microphone.connect(channel.port1);
window.microphone.choose('default');
