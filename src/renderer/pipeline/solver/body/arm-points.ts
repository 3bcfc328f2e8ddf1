import { clamp01, clampAbs } from '../../../../shared/math/scalar.ts';
import { norm } from '../../../../shared/math/vector.ts';
import type { PoseObservation } from '../../part-channels.ts';

const SHOULDER = 11;
const ELBOW = 13;
const WRIST = 15;
/** Nose, ears, shoulders, elbows, wrists: what tells the picture's shape. */
const SHAPE_POINTS = Int32Array.of(0, 7, 8, 11, 12, 13, 14, 15, 16);
/** Width by height that cameras have, upright ones included. */
const ASPECTS = Float64Array.of(9 / 16, 3 / 4, 1, 4 / 3, 16 / 9);
/** World points are a little too wide for what the picture shows, in the mean over poses. */
const TOO_WIDE = 1.06;
const SEEN = 0.5;
/** Picture's height at 1 m of a usual webcam (39° upright): how much nearer things look larger. */
const HEIGHT_AT_METRE = 0.7;
/** Length of upper arm and forearm by the distance of the shoulders' points. */
const UPPER_RATIO = 0.72;
const FOREARM_RATIO = 0.76;
/** Of the depth, so much is what the bone's length leaves for it; the rest is what the landmarker says. */
const BY_LENGTH = 0.65;
/** A raised arm takes the shoulder's point along: its bone looks shorter by this much of the shoulders. */
const RAISED = 0.13;
/** An arm that is nearer than this share of the camera's distance cannot be. */
const NEAREST = 0.6;

/**
 * Directions of the arm's bones from a pose. The landmarker's world points are proportioned like the people it has
 * learnt from, and lean towards the camera; its points in the picture lie on the picture. So sideways and up come
 * from the picture (scaled by the shoulders, perspective taken out), the depth's sign from the world points, and its
 * size half from them, half from how much shorter than its length the bone looks.
 */
export class ArmPoints {
  /** Directions of upper arm and forearm, metres, normalised frame. */
  readonly upper = new Float64Array(3);
  readonly lower = new Float64Array(3);
  /** Width by height of the picture. */
  aspect = 4 / 3;
  private told = false;
  private ratio = 4 / 3;
  private scale = 0;
  private shoulders = 0;

  /** The picture's shape, when somebody knows it; until then it is guessed from the points. */
  setAspect(aspect: number): void {
    this.aspect = aspect;
    this.told = true;
  }

  /** Takes a pose; call before {@link measure}. @returns false when its shoulders have no width */
  begin(pose: PoseObservation): boolean {
    if (!this.told) this.learnAspect(pose);
    const { points, world } = pose;
    const l = SHOULDER * 3;
    const r = l + 3;
    const wx = world[l]! - world[r]!;
    const wy = world[l + 1]! - world[r + 1]!;
    const flat = norm(wx, wy);
    const seen = norm((points[l]! - points[r]!) * this.aspect, points[l + 1]! - points[r + 1]!);
    this.shoulders = norm(flat, world[l + 2]! - world[r + 2]!);
    // A body seen from the side has no width to measure by.
    if (!(seen > 0.02 && flat > 0.5 * this.shoulders)) return false;
    this.scale = flat / seen;
    return true;
  }

  /** Sets `upper` and `lower`. @param side 0 left, 1 right */
  measure(pose: PoseObservation, side: number): void {
    const { points, world } = pose;
    const s = (SHOULDER + side) * 3;
    const e = (ELBOW + side) * 3;
    const w = (WRIST + side) * 3;
    const elbowNear = this.bone(points, world, s, e, 0, UPPER_RATIO, this.upper);
    this.bone(points, world, e, w, elbowNear, FOREARM_RATIO, this.lower);
  }

  /** @param near of its beginning, metres before the shoulders @returns near of its end */
  private bone(
    points: Float32Array,
    world: Float32Array,
    from: number,
    to: number,
    near: number,
    ratio: number,
    out: Float64Array,
  ): number {
    const { scale, aspect } = this;
    const distance = scale / HEIGHT_AT_METRE;
    const depth = world[from + 2]! - world[to + 2]!;
    const up = points[from + 1]! - points[to + 1]!;
    const length = this.shoulders * (ratio === UPPER_RATIO ? ratio - RAISED * raisedBy(up * scale) : ratio);
    const here = scale * (1 - clampAbs(near / distance, NEAREST));
    let z = depth;
    let x = 0;
    let y = 0;
    for (let pass = 0; pass < 2; pass++) {
      const there = scale * (1 - clampAbs((near + z) / distance, NEAREST));
      x = ((points[to]! - 0.5) * there - (points[from]! - 0.5) * here) * aspect;
      y = (points[from + 1]! - 0.5) * here - (points[to + 1]! - 0.5) * there;
      const left = Math.sqrt(Math.max(0, length * length - x * x - y * y));
      const size = BY_LENGTH * left + (1 - BY_LENGTH) * Math.abs(depth);
      z = depth < 0 ? -size : size;
    }
    out[0] = x;
    out[1] = y;
    out[2] = z;
    return near + z;
  }

  /** The shape of the picture from how points spread in it and in the world: the usual one that is nearest. */
  private learnAspect({ points, world, visibility }: PoseObservation): void {
    const seen =
      (spread(world, visibility, 0) * spread(points, visibility, 1)) /
      (spread(points, visibility, 0) * spread(world, visibility, 1));
    if (!(seen > 0.3 && seen < 3)) return;
    this.ratio += 0.02 * (seen / TOO_WIDE - this.ratio);
    let best = this.aspect;
    for (let i = 0; i < ASPECTS.length; i++) {
      const one = ASPECTS[i]!;
      // What is taken stays until another is clearly nearer.
      if (Math.abs(Math.log(one / this.ratio)) + 0.1 < Math.abs(Math.log(best / this.ratio))) best = one;
    }
    this.aspect = best;
  }
}

/** 0 for an arm that hangs or is level, 1 for one that points up; `metres` from shoulder to elbow. */
const raisedBy = (metres: number): number => clamp01(metres / 0.22);

/** Standard deviation along one axis of the points that are seen. */
function spread(points: Float32Array, visibility: Float32Array, axis: number): number {
  let sum = 0;
  let square = 0;
  let count = 0;
  for (let i = 0; i < SHAPE_POINTS.length; i++) {
    const point = SHAPE_POINTS[i]!;
    if (visibility[point]! < SEEN) continue;
    const value = points[point * 3 + axis]!;
    sum += value;
    square += value * value;
    count++;
  }
  if (count < 4) return 0;
  return Math.sqrt(Math.max(0, square / count - (sum / count) ** 2));
}
