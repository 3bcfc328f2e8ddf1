import { CHAIN_INPUT, type ChainSettings, VOICE_FRAMES_MAX } from './chain-messages.ts';
import { Compressor } from './dsp/compressor.ts';
import { Delay } from './dsp/delay.ts';
import { Gate } from './dsp/gate.ts';
import { Limiter, LOOK_AHEAD_FRAMES } from './dsp/limiter.ts';
import { Ramp } from './dsp/ramp.ts';

const SAMPLE_RATE = 48_000;
/**
 * What the RNNoise node delays by: 512 frames of its own buffering (blocks of 480 in quanta of 128) and 480 of
 * RNNoise's overlapping windows.
 */
export const SUPPRESSION_FRAMES = 992;
/** From the chain's input to its output, whatever is on. */
export const CHAIN_LATENCY_FRAMES = SUPPRESSION_FRAMES + LOOK_AHEAD_FRAMES;

/** A switch that nobody hears: 10 ms. */
const RAMP_FRAMES = 480;
/** RNNoise begins with what was left in its buffers; it is faded in when that is gone. */
const WARM_UP_FRAMES = 4_800;
/** So long nothing may come from RNNoise while the microphone gives sound. */
const DEAD_FRAMES = 48_000;
/** Quieter than this RNNoise may well answer with exact silence. */
const AUDIBLE = 1e-3;
const CLIP_LEVEL = 0.999;
/** Louder than any real sound: broken numbers, which would stay in the limiter for ever. */
const ABSURD = 64;

type Channels = readonly Float32Array[];

/**
 * Everything between the nodes' inputs and the programme's sound, frame by frame: with and without RNNoise, gate,
 * compressor and mute for the microphone, then the second source, the limiter and the panic switch for both. All
 * paths are equally long, so that switching moves nothing in time. Allocates nothing while it runs.
 */
export class SoundChain {
  /** Of the microphone behind mute, since `beginBlock`. */
  peak = 0;
  clipped = false;
  reductionDb = 0;
  /** The microphone behind gate and mute, mono, since `beginBlock`: what the mouth is read from. */
  readonly voice = new Float32Array(VOICE_FRAMES_MAX);
  voiceFrames = 0;
  private voiceWanted = false;
  private squares = 0;
  private frames = 0;
  private readonly delays = Array.from({ length: 4 }, () => new Delay(SUPPRESSION_FRAMES));
  private readonly gate = new Gate(SAMPLE_RATE);
  private readonly compressor = new Compressor(SAMPLE_RATE);
  private readonly limiter = new Limiter(SAMPLE_RATE);
  private readonly suppression = new Ramp(RAMP_FRAMES, false);
  private readonly open = new Ramp(RAMP_FRAMES, false);
  private readonly heard = new Ramp(RAMP_FRAMES / 2, true);
  private suppress = false;
  /** Frames since RNNoise gave something; it counts while the microphone does. */
  private silentFrames = 0;
  private warmFrames = 0;

  configure({ suppress, gate, compressor, limiter, open, panic, voice }: ChainSettings): void {
    this.voiceWanted = voice && !panic;
    if (suppress !== this.suppress) {
      this.suppress = suppress;
      this.silentFrames = 0;
      this.warmFrames = 0;
    }
    this.gate.configure(gate);
    this.compressor.configure(compressor);
    this.limiter.configure(limiter);
    this.open.set(open);
    this.heard.set(!panic);
  }

  get rms(): number {
    return this.frames === 0 ? 0 : Math.sqrt(this.squares / this.frames);
  }

  get gateOpen(): boolean {
    return this.gate.open;
  }

  get suppressionDead(): boolean {
    return this.suppress && this.silentFrames > DEAD_FRAMES;
  }

  /** The meters begin anew. */
  beginBlock(): void {
    this.peak = 0;
    this.clipped = false;
    this.reductionDb = 0;
    this.squares = 0;
    this.frames = 0;
    this.voiceFrames = 0;
  }

  /**
   * @param inputs as CHAIN_INPUT numbers them; no channel is silence, one is both sides, of more the first two count
   * @param left,right take the programme's sound, 48 kHz
   */
  process(inputs: readonly Channels[], left: Float32Array, right: Float32Array, length: number): void {
    const raw = inputs[CHAIN_INPUT.raw];
    const clean = inputs[CHAIN_INPUT.clean];
    const second = inputs[CHAIN_INPUT.second];
    this.watchDevice(inputs[CHAIN_INPUT.device], length);
    this.watchSuppression(raw, clean, length);
    const [rawLeft, rawRight, secondLeft, secondRight] = this.delays as [Delay, Delay, Delay, Delay];
    for (let i = 0; i < length; i++) {
      let l = rawLeft.next(sample(raw, 0, i));
      let r = rawRight.next(sample(raw, 1, i));
      const cleaned = this.suppression.next();
      if (cleaned > 0) {
        l += (sample(clean, 0, i) - l) * cleaned;
        r += (sample(clean, 1, i) - r) * cleaned;
      }
      let gain = this.gate.next(Math.max(Math.abs(l), Math.abs(r)));
      gain *= this.compressor.next(Math.max(Math.abs(l), Math.abs(r)) * gain);
      gain *= this.open.next();
      l *= gain;
      r *= gain;
      this.peak = Math.max(this.peak, Math.abs(l), Math.abs(r));
      this.squares += (l * l + r * r) / 2;
      if (this.voiceWanted && this.voiceFrames < VOICE_FRAMES_MAX) {
        this.voice[this.voiceFrames++] = (l + r) / 2;
      }
      this.limiter.next(
        l + secondLeft.next(sample(second, 0, i)),
        r + secondRight.next(sample(second, 1, i)),
      );
      const heard = this.heard.next();
      left[i] = this.limiter.left * heard;
      right[i] = this.limiter.right * heard;
      if (Math.abs(left[i]!) >= CLIP_LEVEL || Math.abs(right[i]!) >= CLIP_LEVEL) this.clipped = true;
    }
    this.frames += length;
    const limited = this.limiter.gain < 1 ? -20 * Math.log10(this.limiter.gain) : 0;
    this.reductionDb = Math.max(this.reductionDb, this.compressor.takenDb + limited);
  }

  private watchDevice(device: Channels | undefined, length: number): void {
    for (let channel = 0; channel < 2; channel++) {
      for (let i = 0; i < length && !this.clipped; i++) {
        this.clipped = Math.abs(device?.[channel]?.[i] ?? 0) >= CLIP_LEVEL;
      }
    }
  }

  /** RNNoise is loading, has gone, or is heard: what the microphone gives is never lost because of it. */
  private watchSuppression(raw: Channels | undefined, clean: Channels | undefined, length: number): void {
    if (!this.suppress) {
      this.suppression.set(false);
      return;
    }
    let loud = 0;
    let answered = false;
    for (let i = 0; i < length; i++) {
      loud = Math.max(loud, Math.abs(sample(raw, 0, i)));
      answered ||= sample(clean, 0, i) !== 0;
    }
    if (answered) {
      this.silentFrames = 0;
      this.warmFrames = Math.min(WARM_UP_FRAMES, this.warmFrames + length);
    } else if (loud > AUDIBLE) {
      this.silentFrames += length;
      if (this.silentFrames > DEAD_FRAMES) this.warmFrames = 0;
    }
    this.suppression.set(this.warmFrames >= WARM_UP_FRAMES);
  }
}

/** A sample of one side; a broken number is silence. */
function sample(channels: Channels | undefined, side: 0 | 1, at: number): number {
  const channel = channels?.[side] ?? channels?.[0];
  const value = channel?.[at] ?? 0;
  return Math.abs(value) < ABSURD ? value : 0;
}
