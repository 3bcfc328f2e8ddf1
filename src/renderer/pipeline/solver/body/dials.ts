import {
  DEFAULT_TUNING,
  type TrackingProfile,
  type Tuning,
} from '../../../../shared/domain/tracking-settings.ts';
import { cutoffScale } from '../one-euro.ts';
import { tune } from '../tuning.ts';

/** One unit of the sliders' formula, radians, per part: about as far as it goes in front of a camera. */
const UNITS = {
  torso: Math.PI / 4,
  arms: Math.PI,
  wrists: Math.PI / 2,
  fingers: Math.PI / 2,
  legs: Math.PI / 2,
};
export type BodyTuned = keyof typeof UNITS;

/** The sliders of one part of the body. */
export class Dial {
  private tuning: Tuning = DEFAULT_TUNING;
  private touched = false;
  private readonly unit: number;
  /** What the cut-offs are multiplied by. */
  scale = 1;

  constructor(part: BodyTuned) {
    this.unit = UNITS[part];
  }

  set(tuning: Tuning | undefined): void {
    this.tuning = tuning ?? DEFAULT_TUNING;
    const { gain, deadZone, curve, smoothing } = this.tuning;
    this.touched = gain !== 1 || deadZone !== 0 || curve !== 1;
    this.scale = cutoffScale(smoothing);
  }

  /** What the sliders make of an angle from rest, radians. */
  apply(angle: number): number {
    if (!this.touched) return angle;
    const { gain, deadZone, curve } = this.tuning;
    return tune(angle / this.unit, gain, deadZone, curve) * this.unit;
  }
}

/** The sliders of all parts of the body. */
export class Dials {
  readonly torso = new Dial('torso');
  readonly arms = new Dial('arms');
  readonly wrists = new Dial('wrists');
  readonly fingers = new Dial('fingers');
  readonly legs = new Dial('legs');

  set({ tuning }: Pick<TrackingProfile, 'tuning'>): void {
    this.torso.set(tuning.torso);
    this.arms.set(tuning.arms);
    this.wrists.set(tuning.wrists);
    this.fingers.set(tuning.fingers);
    this.legs.set(tuning.legs);
  }
}
