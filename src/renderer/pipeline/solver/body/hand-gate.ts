import { norm } from '../../../../shared/math/vector.ts';
import type { HandObservation } from '../../part-channels.ts';
import { createHandShape, type HandShape, measureHand } from './hand-shape.ts';
import { pictureAspect } from './reach.ts';

/** A palm smaller than this share of the picture's height has no shape that could be read. */
const TINY = 0.018;
/** Fingers this far on the back's side of the palm: it is the other hand, or none. */
const BACKWARDS = -0.3;
/** A palm cannot turn by more than this (cosine) between two results this close together. */
const TURNED = -0.2;
const SOON_MS = 150;
/** So many results in a row that agree with each other are believed, whatever came before. */
const INSISTS = 4;
/** How fast the picture's shape is learnt, per result. */
const LEARN = 0.02;
/** Of a bend, so much is the picture's, unless both sets of points differ by more than this, radians. */
const PICTURE = 0.9;
const AGREES = 1.4;

/**
 * Lets through what can be a hand: not too small, the fingers on the palm's side, and no palm that shows its back
 * from one picture to the next. What is not let through is held, then eased away, as if nothing had been seen.
 */
export class HandGate {
  /** What was let through last. */
  readonly shape: HandShape = createHandShape();
  private readonly candidate: HandShape = createHandShape();
  /** The same hand by its points in the picture. */
  private readonly flat: HandShape = createHandShape();
  private readonly points = new Float32Array(63);
  private aspect = 4 / 3;
  private readonly left: boolean;
  private atMs = Number.NEGATIVE_INFINITY;
  private refused = 0;

  constructor(left: boolean) {
    this.left = left;
  }

  reset(): void {
    this.atMs = Number.NEGATIVE_INFINITY;
    this.refused = 0;
  }

  /** @returns true when the hand can be believed; `shape` is then its own */
  observe(hand: HandObservation, atMs: number): boolean {
    const { candidate, shape } = this;
    if (!hand.found || palmSize(hand.points) < TINY || !measureHand(hand.world, this.left, candidate)) {
      return false;
    }
    if (candidate.towardsPalm < BACKWARDS) return false;
    this.bendByPicture(hand);
    const back =
      candidate.frame[3]! * shape.frame[3]! +
      candidate.frame[4]! * shape.frame[4]! +
      candidate.frame[5]! * shape.frame[5]!;
    if (atMs - this.atMs < SOON_MS * (1 + this.refused) && back < TURNED && this.refused < INSISTS) {
      this.refused++;
      return false;
    }
    this.refused = 0;
    this.atMs = atMs;
    copyShape(candidate, shape);
    return true;
  }

  /**
   * World points bend straight fingers a little, points in the picture (with their depth, which has the scale of x)
   * straighten bent ones; which finger is bent more than which, the picture knows better.
   */
  private bendByPicture({ points, world }: HandObservation): void {
    const { candidate, flat } = this;
    this.aspect += LEARN * (pictureAspect(points, world, this.aspect) - this.aspect);
    for (let i = 0; i < 63; i += 3) {
      this.points[i] = points[i]! * this.aspect;
      this.points[i + 1] = points[i + 1]!;
      this.points[i + 2] = points[i + 2]! * this.aspect;
    }
    if (!measureHand(this.points, this.left, flat)) return;
    for (let i = 0; i < 12; i++) {
      const bend = candidate.bends[i]!;
      const other = flat.bends[i]! - bend;
      candidate.bends[i] = bend + (Math.abs(other) < AGREES ? PICTURE * other : 0);
    }
  }
}

/** From the wrist to the middle knuckle, shares of the picture; sides and height are taken alike. */
function palmSize(points: Float32Array): number {
  return norm(points[27]! - points[0]!, points[28]! - points[1]!);
}

function copyShape(from: HandShape, to: HandShape): void {
  to.frame.set(from.frame);
  to.bends.set(from.bends);
  to.spreads.set(from.spreads);
  to.thumb.set(from.thumb);
  to.towardsPalm = from.towardsPalm;
}
