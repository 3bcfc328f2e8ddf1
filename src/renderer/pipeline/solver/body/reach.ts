import { clamp } from '../../../../shared/math/scalar.ts';
import { norm } from '../../../../shared/math/vector.ts';
import type { FaceObservation } from '../../tracking-channel.ts';

/** Height of a picture at the distance of 1 m: MediaPipe's canonical camera has a vertical field of view of 63°. */
const HEIGHT_AT_METRE = 2 * Math.tan((31.5 * Math.PI) / 180);
/** Of a grown person, metres: half the shoulders' width, from the head's middle down to them, and the arm's bones. */
const SHOULDER = 0.17;
const HEAD_ABOVE = 0.25;
const UPPER = 0.28;
const FOREARM = 0.25;
const REACH_MOST = (UPPER + FOREARM) * 0.98;
const REACH_LEAST = 0.1;
/** Hands are held before the chest: how far, at least and at most. */
const NEAREST = 0.08;
const FARTHEST = 0.48;
/** Where an elbow hangs that nobody sees: down, a little out and back. */
const POLE_OUT = 0.45;
const POLE_DOWN = -1;
const POLE_BACK = -0.35;
const SHOULDER_LEFT = 11;
const SHOULDER_RIGHT = 12;
/** How fast the picture's shape is learnt, per result. */
const LEARN = 0.02;
/** A face that is older than this says nothing about where a hand is. */
const STALE_MS = 600;

/**
 * Where a hand is whose arm the camera does not see: its place in the picture and its size against those of the
 * shoulders or, without a pose, of the face; then two bones that reach it. Positions are metres, X to the person's
 * left (right of the picture), Y up, Z to the camera; sizes come from the points themselves (metres by picture), so
 * neither the camera's field of view nor the picture's shape need be known beforehand.
 */
export class Reach {
  /** Directions of upper arm and forearm, unit. */
  readonly upper = new Float64Array(3);
  readonly lower = new Float64Array(3);
  /** Width by height of the picture, as the hands' points tell. */
  private aspect = 4 / 3;
  private told = false;
  /** The middle between the shoulders. */
  private x = 0;
  private y = -0.1;
  private distance = 0.6;
  private poseAtMs = Number.NEGATIVE_INFINITY;
  private faceAtMs = Number.NEGATIVE_INFINITY;

  /** The picture's shape, when somebody knows it; until then it is guessed from the hands. */
  setAspect(aspect: number): void {
    this.aspect = aspect;
    this.told = true;
  }

  /** The shoulders as the pose sees them. */
  shoulders(points: Float32Array, world: Float32Array, atMs: number): void {
    const l = SHOULDER_LEFT * 3;
    const r = SHOULDER_RIGHT * 3;
    const dx = (points[l]! - points[r]!) * this.aspect;
    const dy = points[l + 1]! - points[r + 1]!;
    const seen = norm(dx, dy);
    const metres = norm(world[l]! - world[r]!, world[l + 1]! - world[r + 1]!);
    if (!(seen > 0.03 && metres > 0.05)) return;
    const scale = metres / seen;
    this.x = ((points[l]! + points[r]!) / 2 - 0.5) * this.aspect * scale;
    this.y = -((points[l + 1]! + points[r + 1]!) / 2 - 0.5) * scale;
    this.distance = scale / HEIGHT_AT_METRE;
    this.poseAtMs = atMs;
  }

  /** The face, for when no pose is tracked. */
  face(face: FaceObservation): void {
    if (!face.found || face.capturedAtMs - this.poseAtMs < STALE_MS) return;
    const away = -face.matrix[14]! / 100;
    if (!(away > 0.1 && away < 5)) return;
    this.x = face.matrix[12]! / 100;
    this.y = face.matrix[13]! / 100 - HEAD_ABOVE;
    this.distance = away;
    this.faceAtMs = face.capturedAtMs;
  }

  /**
   * Sets `upper` and `lower` so that the wrist comes to where the hand is seen.
   * @param points of the hand in the picture @param world of the hand, metres
   * @returns false when there is neither a face nor a pose to measure from
   */
  solve(points: Float32Array, world: Float32Array, left: boolean, atMs: number): boolean {
    if (atMs - Math.max(this.poseAtMs, this.faceAtMs) > STALE_MS) return false;
    const scale = this.scaleOf(points, world);
    if (!(scale > 0)) return false;
    const side = left ? 1 : -1;
    const x = (points[0]! - 0.5) * this.aspect * scale - this.x - side * SHOULDER;
    const y = -(points[1]! - 0.5) * scale - this.y;
    const z = clamp(this.distance - scale / HEIGHT_AT_METRE, NEAREST, FARTHEST);
    this.bend(x, y, z, side);
    return true;
  }

  /** Two bones of fixed lengths to a point against the shoulder (law of cosines), the elbow towards its pole. */
  private bend(x: number, y: number, z: number, side: number): void {
    const { upper, lower } = this;
    const wanted = norm(x, y, z);
    const far = clamp(wanted, REACH_LEAST, REACH_MOST);
    const dx = x / wanted;
    const dy = y / wanted;
    const dz = z / wanted;
    const along = (UPPER * UPPER - FOREARM * FOREARM + far * far) / (2 * far);
    const across = Math.sqrt(Math.max(0, UPPER * UPPER - along * along));
    const dot = side * POLE_OUT * dx + POLE_DOWN * dy + POLE_BACK * dz;
    let px = side * POLE_OUT - dot * dx;
    let py = POLE_DOWN - dot * dy;
    let pz = POLE_BACK - dot * dz;
    const length = norm(px, py, pz) || 1;
    px /= length;
    py /= length;
    pz /= length;
    const ex = dx * along + px * across;
    const ey = dy * along + py * across;
    const ez = dz * along + pz * across;
    upper[0] = ex / UPPER;
    upper[1] = ey / UPPER;
    upper[2] = ez / UPPER;
    lower[0] = (dx * far - ex) / FOREARM;
    lower[1] = (dy * far - ey) / FOREARM;
    lower[2] = (dz * far - ez) / FOREARM;
  }

  /** Metres per height of the picture, at the hand's distance. */
  private scaleOf(points: Float32Array, world: Float32Array): number {
    if (!this.told) this.aspect += LEARN * (pictureAspect(points, world, this.aspect) - this.aspect);
    const across = Math.sqrt(spread(points, 0));
    const down = Math.sqrt(spread(points, 1));
    const worldAcross = Math.sqrt(spread(world, 0));
    const worldDown = Math.sqrt(spread(world, 1));
    const seen = norm(across * this.aspect, down);
    return seen > 1e-4 ? norm(worldAcross, worldDown) / seen : 0;
  }
}

/**
 * Width by height of the picture, from how a hand's points spread in it and in the world; `known` when the hand does
 * not fill something both ways.
 */
export function pictureAspect(points: Float32Array, world: Float32Array, known: number): number {
  const across = Math.sqrt(spread(points, 0));
  const down = Math.sqrt(spread(points, 1));
  const worldAcross = Math.sqrt(spread(world, 0));
  const worldDown = Math.sqrt(spread(world, 1));
  if (!(across > 0.01 && down > 0.01 && worldAcross > 0.012 && worldDown > 0.012)) return known;
  return clamp((worldAcross * down) / (across * worldDown), 0.5, 2.4);
}

/** Variance of 21 points along one axis. */
function spread(points: Float32Array, axis: number): number {
  let sum = 0;
  let square = 0;
  for (let i = axis; i < 63; i += 3) {
    const value = points[i]!;
    sum += value;
    square += value * value;
  }
  const mean = sum / 21;
  return Math.max(0, square / 21 - mean * mean);
}
