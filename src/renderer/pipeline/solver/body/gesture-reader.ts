import type { Gesture } from '../../../../shared/domain/expressions.ts';
import { norm } from '../../../../shared/math/vector.ts';
import type { HandObservation, HandsObservation } from '../../part-channels.ts';
import { HandGate } from './hand-gate.ts';
import { curlOf, type HandShape } from './hand-shape.ts';

/** A shape is a gesture after so long, and no more after so long without it. */
const HOLD_MS = 200;
const RELEASE_MS = 250;
/** Without any result for this long nobody looks at the hands: there are none. */
const SILENT_MS = 600;
/**
 * A finger is out below the first curl, in above the second; between, as before. Those that are in are so by at least
 * the third in the mean: a hand at ease has all fingers half bent and makes no fist.
 */
const OUT = 0.3;
const IN = 0.42;
const IN_MEAN = 0.6;
/** How surely a thumb is up in the picture (its height's share of its length), to begin and to go on. */
const UP_ON = 0.5;
const UP_OFF = 0.35;
const ALL_OUT = 0b1111;

/** Which gesture one hand makes. */
class HandReader {
  gesture: Gesture | null = null;
  private readonly gate: HandGate;
  private candidate: Gesture | null = null;
  private sinceMs = 0;
  /** One bit per finger that is out, index lowest. */
  private out = 0;
  private decided = 0;

  constructor(left: boolean) {
    this.gate = new HandGate(left);
  }

  observe(hand: HandObservation, atMs: number): void {
    const seen = this.gate.observe(hand, atMs) ? this.shapeOf(this.gate.shape, hand.world) : null;
    if (seen !== this.candidate) {
      this.candidate = seen;
      this.sinceMs = atMs;
    }
    if (this.candidate === this.gesture) return;
    if (atMs - this.sinceMs >= (this.candidate === null ? RELEASE_MS : HOLD_MS))
      this.gesture = this.candidate;
  }

  /** The hand is not looked at any more; what is known of it is out of date. */
  reset(): void {
    this.gate.reset();
    this.gesture = null;
    this.candidate = null;
    this.out = 0;
    this.decided = 0;
  }

  private shapeOf(shape: HandShape, world: Float32Array): Gesture | null {
    let folded = 0;
    let sum = 0;
    for (let finger = 0; finger < 4; finger++) {
      const bit = 1 << finger;
      const curl = curlOf(shape, finger);
      if (curl < OUT) this.out |= bit;
      else if (curl > IN) this.out &= ~bit;
      if (curl < OUT || curl > IN) this.decided |= bit;
      else if ((this.decided & bit) === 0) return null;
      if ((this.out & bit) === 0) {
        folded++;
        sum += curl;
      }
    }
    if (sum < IN_MEAN * folded) return null;
    switch (this.out) {
      case 0b0001:
        return 'point';
      case 0b0011:
        return 'peace';
      case ALL_OUT:
        return 'open';
      case 0:
        return thumbUp(world) > (this.gesture === 'thumbs-up' ? UP_OFF : UP_ON) ? 'thumbs-up' : 'fist';
      default:
        return null;
    }
  }
}

/** How much of the thumb's length goes up in the picture; negative while it is folded in. */
function thumbUp(world: Float32Array): number {
  // Joints 2 (base), 3, 4 (tip): one that is bent at its last joint is folded, not up.
  const x = world[12]! - world[6]!;
  const y = world[13]! - world[7]!;
  const z = world[14]! - world[8]!;
  const length = norm(x, y, z);
  const bones = segment(world, 2) + segment(world, 3);
  if (!(length > 1e-4 && length > bones * 0.9)) return -1;
  // The tip stands clear of the knuckle of the index finger.
  const clear = world[16]! - world[13]!;
  return clear > length * 0.5 ? -y / length : -1;
}

function segment(world: Float32Array, joint: number): number {
  const at = joint * 3;
  return norm(world[at + 3]! - world[at]!, world[at + 4]! - world[at + 1]!, world[at + 5]! - world[at + 2]!);
}

/**
 * Reads the gestures of a person's hands from landmarks: fist, point (index finger out), peace (index and middle),
 * thumbs-up, open (all four out). A shape counts once it was held for 200 ms; between two of them there is none.
 */
export class GestureReader {
  private readonly leftHand = new HandReader(true);
  private readonly rightHand = new HandReader(false);
  private sequence = -1;
  /** A result has come since the last update(). */
  private heard = false;
  private heardAtMs = Number.NEGATIVE_INFINITY;

  /** To be called at every tick: a gesture ends when results stop coming. @param atMs ms on the programme clock */
  update(atMs: number): void {
    if (this.heard) {
      this.heard = false;
      this.heardAtMs = atMs;
    } else if (atMs - this.heardAtMs >= SILENT_MS) {
      this.leftHand.reset();
      this.rightHand.reset();
    }
  }

  observe(hands: HandsObservation): void {
    if (hands.sequence !== 0 && hands.sequence === this.sequence) return;
    this.sequence = hands.sequence;
    this.heard = true;
    if (!Number.isFinite(hands.capturedAtMs)) return;
    this.leftHand.observe(hands.left, hands.capturedAtMs);
    this.rightHand.observe(hands.right, hands.capturedAtMs);
  }

  /** Of the person's left hand; null: none. */
  get left(): Gesture | null {
    return this.leftHand.gesture;
  }

  get right(): Gesture | null {
    return this.rightHand.gesture;
  }
}
