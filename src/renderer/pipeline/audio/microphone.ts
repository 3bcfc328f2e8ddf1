import {
  type AudioChain,
  DEFAULT_AUDIO_CHAIN,
  type SecondSource,
} from '../../../shared/domain/audio-chain.ts';
import { PCM_SAMPLE_RATE } from '../../../shared/domain/media-packet.ts';
import { CaptureDevice } from '../camera/capture-device.ts';
import { DEVICE_OFF, type DeviceState, deviceReason } from '../camera/device-state.ts';
import { programmeNowMs } from '../clock.ts';
import type { PcmBlock } from '../stage/messages.ts';
import type { ChainBlock, ChainSettings } from './chain-messages.ts';
import { clearMeter, type LevelMeter, MeterReader } from './level-meter.ts';
import { SecondInput, type SecondState } from './second-input.ts';
import { SoundGraph } from './sound-graph.ts';

export type { LevelMeter } from './level-meter.ts';
export type { SecondState } from './second-input.ts';

/** Who reads the mouth from the voice; see voice/voice-tracker.ts. */
export interface VoiceListener {
  readonly wanted: boolean;
  /** @param samples 48 kHz mono, `length` of them. @param atMs when the last one was said, programme clock */
  take(samples: Float32Array, length: number, atMs: number): void;
}

/** A graph that broke is made anew after this. */
const REBUILD_AFTER_MS = 1000;

/**
 * The programme's sound. Microphone → gain → RNNoise → gate → compressor → mute; a second source is mixed to it; both
 * go through the limiter into blocks of 20 ms with their time on the programme clock → stage worker. What the chain
 * delays is taken out of the times.
 *
 * Used by the pipeline: `connect` once; then, at every snapshot and in any order, `choose`, `setChain`,
 * `setSecondSource`, `setMuted` and `setPanic` — the same value again changes nothing. `setSystemAudio` whenever a
 * capture begins or ends, `setTalking` while the key is held. Nothing throws: what fails is a reason in `state` or
 * `secondState`, and is tried again by itself.
 */
export class Microphone {
  /** Polled at the screen's rate. */
  readonly meter: LevelMeter = clearMeter();
  private readonly reader = new MeterReader(this.meter);
  private readonly device: CaptureDevice;
  private readonly second = new SecondInput(() => this.arrange());
  private current: DeviceState = DEVICE_OFF;
  private track: MediaStreamTrack | null = null;
  private port: MessagePort | null = null;
  private graph: SoundGraph | null = null;
  private chain: AudioChain = DEFAULT_AUDIO_CHAIN;
  private muted = false;
  private talking = false;
  private panic = false;
  private timer = 0;
  private closed = false;
  private readonly voice: VoiceListener;

  /** @param voice hears what the chain lets through of the microphone */
  constructor(voice: VoiceListener) {
    this.voice = voice;
    const request = (id: string): MediaStreamConstraints => ({
      video: false,
      audio: {
        ...(id === 'default' ? {} : { deviceId: { exact: id } }),
        // Nothing of the programme is played aloud, so there is no echo to take away, and noise is taken away here.
        echoCancellation: false,
        noiseSuppression: false,
        autoGainControl: false,
      },
    });
    this.device = new CaptureDevice({ kind: 'microphone', constraints: request, fallback: request });
    this.device.onChange((state, track) => this.deviceChanged(state, track));
  }

  /** Of the microphone. The one reason a running one can have is `sound.suppression-failed`. */
  get state(): DeviceState {
    if (this.current.state !== 'running' || !this.chain.suppress || !this.graph?.suppressionFailed) {
      return this.current;
    }
    return { ...this.current, reason: 'sound.suppression-failed' };
  }

  /** Of the source mixed to the microphone. */
  get secondState(): SecondState {
    return this.second.state;
  }

  /** @param choice a device id, `default`, or `none` to switch it off */
  choose(choice: string): void {
    this.device.choose(choice);
  }

  /** Everything of the chain, changed while it runs without a click. `offsetMs` is for the media process. */
  setChain(chain: AudioChain): void {
    // What was said about the key while it had no effect must not open the microphone now.
    if (chain.pushToTalk && !this.chain.pushToTalk) this.talking = false;
    this.chain = chain;
    this.configure();
  }

  /** @param url address of the sound that `source` names (snapshot `secondSourceUrl`), else null */
  setSecondSource(source: SecondSource, url: string | null): void {
    this.second.choose(source, url);
  }

  /** `wanted` of the voice's listener has changed. */
  applyVoice(): void {
    this.configure();
  }

  /** What the captured screen or window plays; null: there is no capture, or it came without sound. */
  setSystemAudio(track: MediaStreamTrack | null): void {
    this.second.setSystemAudio(track);
  }

  /** Muted, the blocks go on without the microphone: the clock of the sound is not interrupted. */
  setMuted(on: boolean): void {
    this.muted = on;
    this.configure();
  }

  /** The key of push-to-talk is held; of no effect without `chain.pushToTalk`. */
  setTalking(on: boolean): void {
    this.talking = on;
    this.configure();
  }

  /** Silences everything, the second source and the monitor included, within 10 ms. */
  setPanic(on: boolean): void {
    this.panic = on;
    this.configure();
  }

  /** Where blocks go; the port of the stage worker. */
  connect(port: MessagePort): void {
    this.port = port;
  }

  close(): void {
    this.closed = true;
    window.clearTimeout(this.timer);
    this.device.close();
    this.second.close();
    this.closeGraph();
    this.port?.close();
  }

  private deviceChanged(state: DeviceState, track: MediaStreamTrack | null): void {
    this.current = state;
    if (track !== this.track) this.reader.quiet();
    this.track = track;
    this.arrange();
  }

  /** The graph is there while any source is. */
  private arrange(): void {
    if (this.closed) return;
    window.clearTimeout(this.timer);
    if (!this.track && !this.second.wanted) {
      this.closeGraph();
      return;
    }
    this.graph ??= this.openGraph();
    this.graph.setMicrophone(this.track);
    this.graph.setSecond(this.second.wanted, this.second.gainDb);
  }

  private openGraph(): SoundGraph {
    const graph: SoundGraph = new SoundGraph({
      take: (block, atMs) => this.take(block, atMs),
      failed: (error) => this.graphFailed(graph, error),
    });
    graph.setChain(this.chain, this.settings());
    return graph;
  }

  private graphFailed(graph: SoundGraph, error: unknown): void {
    if (this.graph !== graph) return;
    this.closeGraph();
    if (this.current.state === 'running') {
      this.current = { state: 'failed', reason: deviceReason('microphone', error), label: '' };
    }
    this.timer = window.setTimeout(() => {
      this.current = this.device.state;
      this.arrange();
    }, REBUILD_AFTER_MS);
  }

  private closeGraph(): void {
    this.graph?.close();
    this.graph = null;
    this.reader.quiet();
  }

  private configure(): void {
    this.graph?.setChain(this.chain, this.settings());
  }

  private settings(): ChainSettings {
    const { suppress, gate, compressor, limiter, pushToTalk } = this.chain;
    const open = !this.muted && (!pushToTalk || this.talking);
    return { suppress, gate, compressor, limiter, open, panic: this.panic, voice: this.voice.wanted };
  }

  private take(block: ChainBlock, atMs: number): void {
    this.reader.add(block, programmeNowMs());
    this.voice.take(
      block.voice,
      block.voiceFrames,
      atMs + (block.samples.length / 2 / PCM_SAMPLE_RATE) * 1000,
    );
    if (!this.port) return;
    const message: PcmBlock = { timestampUs: Math.round(atMs * 1000), samples: block.samples };
    this.port.postMessage(message, [block.samples.buffer]);
  }
}
