import { ARKIT_INDEX, type ArkitChannel } from '../../../shared/domain/arkit.ts';
import { type TrackingSettings, VOWELS, type Vowel } from '../../../shared/domain/tracking-settings.ts';
import { clampAbs } from '../../../shared/math/scalar.ts';
import type { VoiceObservation } from '../part-channels.ts';

/** What a mouth does for a vowel said aloud, and for a sound that is none: our own reading of ARKit's channels. */
const SHAPES: Readonly<Record<Vowel | 'other', Partial<Record<ArkitChannel, number>>>> = {
  A: {
    jawOpen: 0.75,
    mouthLowerDownLeft: 0.3,
    mouthLowerDownRight: 0.3,
    mouthUpperUpLeft: 0.18,
    mouthUpperUpRight: 0.18,
  },
  I: {
    jawOpen: 0.14,
    mouthStretchLeft: 0.5,
    mouthStretchRight: 0.5,
    mouthLowerDownLeft: 0.25,
    mouthLowerDownRight: 0.25,
    mouthUpperUpLeft: 0.12,
    mouthUpperUpRight: 0.12,
  },
  U: { jawOpen: 0.16, mouthPucker: 0.75, mouthFunnel: 0.3 },
  E: {
    jawOpen: 0.38,
    mouthStretchLeft: 0.35,
    mouthStretchRight: 0.35,
    mouthLowerDownLeft: 0.28,
    mouthLowerDownRight: 0.28,
    mouthUpperUpLeft: 0.15,
    mouthUpperUpRight: 0.15,
  },
  O: { jawOpen: 0.48, mouthFunnel: 0.65, mouthPucker: 0.3 },
  other: { jawOpen: 0.18, mouthLowerDownLeft: 0.1, mouthLowerDownRight: 0.1 },
};

/** What the voice leads; smile, frown and all others stay the camera's. */
const LED = [
  'jawOpen',
  'mouthFunnel',
  'mouthPucker',
  'mouthStretchLeft',
  'mouthStretchRight',
  'mouthLowerDownLeft',
  'mouthLowerDownRight',
  'mouthUpperUpLeft',
  'mouthUpperUpRight',
] as const satisfies ArkitChannel[];
/** What would hold the lips together while the voice opens them. */
const SHUT = [
  'mouthClose',
  'mouthRollLower',
  'mouthRollUpper',
  'mouthPressLeft',
  'mouthPressRight',
] as const satisfies ArkitChannel[];

const LED_INDEX = Int32Array.from(LED, (name) => ARKIT_INDEX[name]);
const SHUT_INDEX = Int32Array.from(SHUT, (name) => ARKIT_INDEX[name]);
const ROWS = [...VOWELS, 'other'] as const;
const TABLE = Float64Array.from(ROWS.flatMap((row) => LED.map((name) => SHAPES[row][name] ?? 0)));
const OTHER = VOWELS.length;

/** Without anything heard for so long, ms, the speaker is silent: a lost block must not freeze an open mouth. */
const SILENT_MS = 150;
/** And after this there is no microphone at all. */
const GONE_MS = 1200;
/** Quieter than this, 0..1, is breath and room. */
const HEARD = 0.06;
/** Time constants, seconds: a mouth opens faster than it shuts. */
const OPENING = 0.035;
const CLOSING = 0.075;
/** How fast the lead goes from the camera to the voice and back, per second. */
const HANDOVER = 5;
/** The loudness that opens the mouth fully; above 1 because few speak at their loudest. */
const LOUDNESS = 1.35;

/** Mouth shapes of the voice, blended over those of the camera. Nothing is allocated after construction. */
export class VoiceMouth {
  private mode: TrackingSettings['voice']['mode'] = 'auto';
  private strength = 1;
  private readonly target = new Float64Array(LED.length);
  private readonly shape = new Float64Array(LED.length);
  private sequence = -1;
  private pending = false;
  private heardMs = Number.NEGATIVE_INFINITY;
  private weight = 0;

  set(voice: Pick<TrackingSettings['voice'], 'mode' | 'strength'>): void {
    this.mode = voice.mode;
    this.strength = voice.strength;
  }

  /** Takes what was heard last; values that are no numbers are silence. */
  observe(voice: VoiceObservation): void {
    if (voice.sequence !== 0 && voice.sequence === this.sequence) return;
    this.sequence = voice.sequence;
    this.pending = true;
    const { target } = this;
    const volume = voice.volume > HEARD ? Math.min(1, LOUDNESS * ((voice.volume - HEARD) / (1 - HEARD))) : 0;
    let sum = 0;
    for (let v = 0; v < OTHER; v++) sum += share(voice.vowels[v]!);
    const other = Math.max(0, 1 - sum);
    const scale = sum > 1 ? 1 / sum : 1;
    for (let c = 0; c < target.length; c++) {
      let value = other * TABLE[OTHER * target.length + c]!;
      for (let v = 0; v < OTHER; v++)
        value += scale * share(voice.vowels[v]!) * TABLE[v * target.length + c]!;
      target[c] = volume > 0 ? value * volume : 0;
    }
  }

  /**
   * Blends the voice's mouth into a face.
   * @param channels the camera's face (or the pose in its place), changed in place; each stays within 0..1
   * @param doubt 0..1: how little of the camera's mouth there is
   * @param seconds since the call before
   */
  apply(channels: Float32Array, doubt: number, nowMs: number, seconds: number): void {
    if (this.pending) {
      this.pending = false;
      this.heardMs = nowMs;
    }
    const since = nowMs - this.heardMs;
    if (this.weight <= 0 && !(since < GONE_MS)) return;
    const wanted = this.mode === 'off' || !(since < GONE_MS) ? 0 : this.mode === 'always' ? 1 : doubt;
    const most = HANDOVER * seconds;
    this.weight += clampAbs(wanted - this.weight, most);
    const speaking = since < SILENT_MS;
    const { target, shape, weight, strength } = this;
    const opening = 1 - Math.exp(-seconds / OPENING);
    const closing = 1 - Math.exp(-seconds / CLOSING);
    for (let c = 0; c < shape.length; c++) {
      const goal = speaking ? target[c]! : 0;
      shape[c] = shape[c]! + (goal > shape[c]! ? opening : closing) * (goal - shape[c]!);
      if (weight <= 0) continue;
      const at = LED_INDEX[c]!;
      channels[at] = channels[at]! + weight * (Math.min(1, strength * shape[c]!) - channels[at]!);
    }
    if (weight <= 0) return;
    const open = Math.min(1, 4 * strength * shape[0]!);
    for (let c = 0; c < SHUT_INDEX.length; c++) {
      const at = SHUT_INDEX[c]!;
      channels[at] = channels[at]! * (1 - weight * open);
    }
  }
}

function share(value: number): number {
  return value > 0 ? Math.min(1, value) : 0;
}
