import { Microphone } from '../../src/renderer/pipeline/audio/microphone.ts';
import { VoiceTracker } from '../../src/renderer/pipeline/audio/voice/voice-tracker.ts';
import { programmeNowMs } from '../../src/renderer/pipeline/clock.ts';
import type { CalibrationEvent } from '../../src/renderer/pipeline/inspection.ts';
import { createVoiceObservation } from '../../src/renderer/pipeline/part-channels.ts';
import type { PcmBlock } from '../../src/renderer/pipeline/stage/messages.ts';
import {
  DEFAULT_TRACKING,
  VOWELS,
  type VoiceProfile,
  type Vowel,
} from '../../src/shared/domain/tracking-settings.ts';

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
    voice: VoiceTracker;
    /** Of every block, which vowel led and how loud it was. */
    said: { volume: number; vowel: Vowel }[];
    calibration: CalibrationEvent[];
    profiles: VoiceProfile[];
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
window.calibration = [];
window.profiles = [];
const voice = new VoiceTracker({
  onCalibration: (event) => window.calibration.push(event),
  onProfile: (profile) => window.profiles.push(profile),
  onFailed: (error) => {
    throw error;
  },
});
window.voice = voice;
window.said = [];
const said = createVoiceObservation();
setInterval(() => {
  while (voice.channel.read(said)) {
    const { volume, vowels } = said;
    window.said.push({ volume, vowel: VOWELS[vowels.indexOf(Math.max(...vowels))]! });
  }
}, 50);
voice.apply(DEFAULT_TRACKING.voice);
window.microphone = new Microphone(voice);
window.microphone.connect(channel.port1);
window.microphone.choose('default');
