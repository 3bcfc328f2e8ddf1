import type { RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import type { AudioChain } from '../../../shared/domain/audio-chain.ts';
import { PCM_SAMPLE_RATE } from '../../../shared/domain/media-packet.ts';
import { programmeNowMs } from '../clock.ts';
import { AudioClock } from './audio-clock.ts';
import { CHAIN_INPUT, CHAIN_INPUTS, type ChainBlock, type ChainSettings } from './chain-messages.ts';
import workletUrl from './chain-worklet.ts?worker&url';
import { dbToGain } from './dsp/decibel.ts';
import { BLOCK_FRAMES } from './pcm-block.ts';
import type { SecondWanted } from './second-input.ts';
import { CHAIN_LATENCY_FRAMES } from './sound-chain.ts';
import { createSuppressor } from './suppressor.ts';

const CHAIN_LATENCY_MS = (CHAIN_LATENCY_FRAMES / PCM_SAMPLE_RATE) * 1000;
/** Time constant of a gain that changes: about 30 ms to be there. */
const GAIN_S = 0.01;

export interface SoundGraphOptions {
  /** A block, and when its first frame was said, ms on the programme clock. Its samples may be transferred. */
  readonly take: (block: ChainBlock, atMs: number) => void;
  /** The graph is of no use any more; it must be closed, and may be made anew. */
  readonly failed: (error: unknown) => void;
}

/** The AudioContext and its nodes. Sources may come, go and change while it runs; its clock goes on. */
export class SoundGraph {
  private readonly options: SoundGraphOptions;
  private readonly context = new AudioContext({ sampleRate: PCM_SAMPLE_RATE, latencyHint: 'interactive' });
  private readonly clock = new AudioClock();
  private readonly gain = new GainNode(this.context, { gain: 0 });
  private readonly secondGain = new GainNode(this.context, { gain: 0 });
  private readonly monitor = new GainNode(this.context, { gain: 0 });
  private chain: AudioWorkletNode | null = null;
  private suppressor: RnnoiseWorkletNode | null = null;
  private suppressorState: 'none' | 'loading' | 'ready' | 'failed' = 'none';
  private suppressing = false;
  private settings: ChainSettings | null = null;
  private track: MediaStreamTrack | null = null;
  private latencyMs = 0;
  private source: MediaStreamAudioSourceNode | null = null;
  private second: SecondWanted | null = null;
  private secondSource: AudioNode | null = null;
  private dead = false;
  private closed = false;
  private readonly resume = () => {
    // It is tried again with the next gesture.
    this.context.resume().catch(() => undefined);
  };

  constructor(options: SoundGraphOptions) {
    this.options = options;
    this.context.addEventListener('error', () => this.fail(new Error('the sound output failed')));
    this.start().catch((error: unknown) => this.fail(error));
  }

  /** RNNoise is wanted and does not work: the sound goes on without it. */
  get suppressionFailed(): boolean {
    return this.suppressorState === 'failed' || this.dead;
  }

  setChain({ gainDb, monitor }: AudioChain, settings: ChainSettings): void {
    this.glide(this.gain, dbToGain(gainDb));
    this.glide(this.monitor, monitor ? 1 : 0);
    this.settings = settings;
    this.chain?.port.postMessage(settings);
    this.applySuppression();
  }

  setMicrophone(track: MediaStreamTrack | null): void {
    if (track === this.track) return;
    this.track = track;
    this.source?.disconnect();
    this.source = null;
    // Chromium tells the input's latency in seconds; TypeScript's library does not know the field.
    const { latency } = (track?.getSettings() ?? {}) as MediaTrackSettings & { latency?: number };
    this.latencyMs = (latency ?? 0) * 1000;
    this.applyMicrophone();
    this.applySuppression();
  }

  setSecond(wanted: SecondWanted | null, gainDb: number): void {
    this.glide(this.secondGain, dbToGain(gainDb));
    if (wanted === this.second) return;
    this.second = wanted;
    // Disconnected alone, one that loops plays on for ever, and keeps its buffer.
    if (this.secondSource instanceof AudioBufferSourceNode) this.secondSource.stop();
    this.secondSource?.disconnect();
    this.secondSource = null;
    if (wanted?.kind === 'track') {
      this.secondSource = this.context.createMediaStreamSource(new MediaStream([wanted.track]));
    } else if (wanted) {
      const sound = new AudioBufferSourceNode(this.context, { buffer: wanted.buffer, loop: true });
      sound.start();
      this.secondSource = sound;
    }
    this.secondSource?.connect(this.secondGain);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    window.removeEventListener('pointerdown', this.resume);
    window.removeEventListener('keydown', this.resume);
    this.suppressor?.destroy();
    this.chain?.port.close();
    // A context that is closed twice or never ran refuses; it is gone either way.
    this.context.close().catch(() => undefined);
  }

  private async start(): Promise<void> {
    // Where sound needs a gesture first; an open microphone counts as one.
    window.addEventListener('pointerdown', this.resume);
    window.addEventListener('keydown', this.resume);
    this.resume();
    await this.context.audioWorklet.addModule(workletUrl);
    if (this.closed) return;
    const chain = new AudioWorkletNode(this.context, 'sound-chain', {
      numberOfInputs: CHAIN_INPUTS,
      numberOfOutputs: 1,
      outputChannelCount: [2],
    });
    this.chain = chain;
    chain.port.onmessage = ({ data }: MessageEvent<ChainBlock>) => this.take(data);
    chain.onprocessorerror = () => this.fail(new Error('the sound chain failed'));
    if (this.settings) chain.port.postMessage(this.settings);
    this.gain.connect(chain, 0, CHAIN_INPUT.raw);
    this.secondGain.connect(chain, 0, CHAIN_INPUT.second);
    // Without a way to the destination a node is not run; with the monitor off, what goes there is silence.
    chain.connect(this.monitor).connect(this.context.destination);
    this.applyMicrophone();
    this.applySuppression();
  }

  private applyMicrophone(): void {
    if (!this.chain || !this.track || this.source) return;
    this.source = this.context.createMediaStreamSource(new MediaStream([this.track]));
    this.source.connect(this.gain);
    this.source.connect(this.chain, 0, CHAIN_INPUT.device);
  }

  private applySuppression(): void {
    if (!this.chain || !this.track || !this.settings) return;
    const wanted = this.settings.suppress;
    if (wanted && this.suppressorState === 'none') {
      this.suppressorState = 'loading';
      this.loadSuppressor().catch(() => {
        this.suppressorState = 'failed';
      });
    }
    if (!this.suppressor || wanted === this.suppressing) return;
    this.suppressing = wanted;
    // Without an input it costs nothing.
    if (wanted) this.gain.connect(this.suppressor);
    else this.gain.disconnect(this.suppressor);
  }

  private async loadSuppressor(): Promise<void> {
    const suppressor = await createSuppressor(this.context);
    if (this.closed || !this.chain) {
      suppressor.destroy();
      return;
    }
    suppressor.onprocessorerror = () => {
      this.suppressorState = 'failed';
    };
    this.suppressor = suppressor;
    this.suppressorState = 'ready';
    suppressor.connect(this.chain, 0, CHAIN_INPUT.clean);
    this.applySuppression();
  }

  private take(block: ChainBlock): void {
    if (this.closed) return;
    this.dead = block.suppressionDead;
    const atMs = this.clock.map(block.frame, BLOCK_FRAMES, programmeNowMs());
    this.options.take(block, atMs - CHAIN_LATENCY_MS - this.latencyMs);
  }

  private glide(node: GainNode, gain: number): void {
    node.gain.setTargetAtTime(gain, this.context.currentTime, GAIN_S);
  }

  private fail(error: unknown): void {
    if (!this.closed) this.options.failed(error);
  }
}
