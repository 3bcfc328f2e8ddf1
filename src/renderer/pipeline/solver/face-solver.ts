import { ARKIT_CHANNELS, ARKIT_COUNT, ARKIT_INDEX } from '../../../shared/domain/arkit.ts';
import { createSolvedFace, type SolvedFace } from '../../../shared/domain/solved-face.ts';
import type { FaceObservation } from '../tracking-channel.ts';
import { Calibration, type CalibrationData } from './calibration.ts';
import {
  ANGLE_RATE,
  ANGLE_SMOOTHING,
  CHANNEL_RATE,
  FAST_RATE,
  MIRROR_INDEX,
  PLACE_RATE,
  POSITION_SMOOTHING,
  smoothingOf,
} from './channels.ts';
import { farEye, GazeSolver, writeEyeLook } from './gaze.ts';
import { createHeadPose, readHeadPose } from './head-pose.ts';
import { breathAt, idlePose } from './idle.ts';
import { OneEuroBank } from './one-euro.ts';
import { PoseHistory } from './pose-history.ts';
import { type Drive, Presence, TO_IDLE_MS, TO_LIVE_MIN_MS, TO_LIVE_MS } from './presence.ts';

export interface FaceSolverOptions {
  readonly mirror?: boolean;
  /** A neutral saved by an earlier run. */
  readonly calibration?: CalibrationData | null;
  /**
   * Show every picture with the same delay behind the camera, interpolated between results, instead of the newest
   * result. For live programmes: results arrive at uneven moments, and showing each as it comes makes lips stutter.
   */
  readonly steadyDelay?: boolean;
}

const YAW = ARKIT_COUNT;
const PITCH = YAW + 1;
const ROLL = YAW + 2;
const X = YAW + 3;
const Y = YAW + 4;
const Z = YAW + 5;
const GAZE_YAW = YAW + 6;
const GAZE_PITCH = YAW + 7;
const COUNT = YAW + 8;

const RATES = Float64Array.from([
  ...ARKIT_CHANNELS.map((name) =>
    name.startsWith('eyeBlink') || name === 'jawOpen' ? FAST_RATE : CHANNEL_RATE,
  ),
  ...[ANGLE_RATE, ANGLE_RATE, ANGLE_RATE],
  ...[PLACE_RATE, PLACE_RATE, PLACE_RATE],
  ...[ANGLE_RATE, ANGLE_RATE],
]);

const BLINK_LEFT = ARKIT_INDEX.eyeBlinkLeft;
const BLINK_RIGHT = ARKIT_INDEX.eyeBlinkRight;

/** A head farther from its neutral place than this, metres, is a wrong reading. */
const PLACE_MAX = 0.4;
const ANGLE_MAX = 1.4;
const DEFAULT_STEP_MS = 33;
/** After a pause longer than this the filters begin anew at the new input instead of chasing it. */
const GAP_MS = 1000;
/** A programme farther behind its camera than this would be felt; a slower tracker then shows its newest result. */
const DELAY_MAX_MS = 160;
/** How fast the delay follows a slower, and a faster tracker. */
const DELAY_RISE = 0.3;
const DELAY_FALL = 0.01;
/** Cut-off scale while the landmarks cannot be trusted. */
const DOUBTFUL_CALM = 0.25;
/** Lids that differ by less than this close together; more is a wink. */
const WINK = 0.3;

/**
 * From raw landmarks' scores and matrix to the values a rig applies. Pure maths over typed arrays: nothing is
 * allocated after construction. observe() at every new result, solve() at every programme tick.
 */
export class FaceSolver {
  private mirror: boolean;
  private readonly calibration = new Calibration();
  private readonly presence = new Presence();
  private readonly gaze = new GazeSolver();
  private readonly bank = new OneEuroBank([
    ...ARKIT_CHANNELS.map(smoothingOf),
    ...[ANGLE_SMOOTHING, ANGLE_SMOOTHING, ANGLE_SMOOTHING],
    ...[POSITION_SMOOTHING, POSITION_SMOOTHING, POSITION_SMOOTHING],
    ...[ANGLE_SMOOTHING, ANGLE_SMOOTHING],
  ]);
  private readonly raw = new Float64Array(ARKIT_COUNT);
  private readonly input = new Float64Array(COUNT);
  private readonly pose = createHeadPose();
  /** What is shown when the face drives, moved towards the filters' output at every tick. */
  private readonly live = new Float64Array(COUNT);
  private readonly idle = new Float64Array(COUNT);
  private readonly idleFace = createSolvedFace();
  private readonly shown = new Float64Array(COUNT);
  private readonly from = new Float64Array(COUNT);
  private fromPresence = 0;
  private shownPresence = 0;
  private blendStartMs = 0;
  private blendMs = 0;
  private sequence = -1;
  private capturedAtMs = 0;
  private readonly history = new PoseHistory(COUNT);
  private readonly steadyDelay: boolean;
  private delayMs = 0;
  /** Camera time of what the last solve() showed; 0 when the face did not drive it. */
  shownAtMs = 0;
  private solvedAtMs = 0;

  constructor(options: FaceSolverOptions = {}) {
    this.mirror = options.mirror ?? false;
    this.steadyDelay = options.steadyDelay ?? false;
    if (options.calibration) this.calibration.load(options.calibration);
  }

  /** Mirrored, the avatar moves like a looking glass: sides, yaw, roll, x and the gaze's yaw are swapped. */
  setMirror(on: boolean): void {
    this.mirror = on;
  }

  /** Takes the mean of the next two seconds of found frames as the person's neutral face and pose. */
  calibrate(): void {
    this.calibration.begin();
  }

  /** True while calibrate() collects. */
  get calibrating(): boolean {
    return this.calibration.busy;
  }

  /** The neutral of the last calibration, to be given to the next run; null before one. */
  savedCalibration(): CalibrationData | null {
    return this.calibration.save();
  }

  /** Takes a result of the tracker. Values that are no numbers are ignored; the ones before stay. */
  observe(face: FaceObservation): void {
    if (face.sequence !== 0 && face.sequence === this.sequence) return;
    this.sequence = face.sequence;
    const usable = face.found && readHeadPose(face.matrix, this.pose);
    this.presence.observe(usable, Number.isFinite(face.confidence) ? face.confidence : 0);
    if (!usable) return;

    const atMs = Number.isFinite(face.capturedAtMs) ? face.capturedAtMs : this.capturedAtMs + DEFAULT_STEP_MS;
    const stepMs = atMs - this.capturedAtMs;
    const steady = stepMs > 0 && stepMs < GAP_MS;
    if (!steady) {
      this.bank.reset();
      this.history.clear();
    } else if (this.steadyDelay) this.followDelay(stepMs, face.trackedAtMs - atMs);
    this.capturedAtMs = atMs;

    const { raw, input, pose, gaze, calibration } = this;
    for (let i = 0; i < ARKIT_COUNT; i++) {
      const score = face.scores[i]!;
      if (Number.isFinite(score)) raw[i] = Math.min(1, Math.max(0, score));
    }
    calibration.add(raw, pose, this.capturedAtMs);
    calibration.apply(raw, input);
    const headYaw = pose.yaw;
    linkLids(input, headYaw);
    gaze.update(input, headYaw);
    calibration.applyPose(pose);
    input[YAW] = clamp(pose.yaw, ANGLE_MAX);
    input[PITCH] = clamp(pose.pitch, ANGLE_MAX);
    input[ROLL] = clamp(pose.roll, ANGLE_MAX);
    input[X] = clamp(pose.x, PLACE_MAX);
    input[Y] = clamp(pose.y, PLACE_MAX);
    input[Z] = clamp(pose.z, PLACE_MAX);
    input[GAZE_YAW] = gaze.yaw;
    input[GAZE_PITCH] = gaze.pitch;
    this.bank.step(
      input,
      (steady ? stepMs : DEFAULT_STEP_MS) / 1000,
      this.presence.unsure ? DOUBTFUL_CALM : 1,
    );
    this.history.push(atMs, this.bank.values);
  }

  /**
   * The pose to show now.
   * @param atMs programme clock; expected to grow from call to call
   */
  solve(atMs: number, out: SolvedFace): void {
    const nowMs = Number.isFinite(atMs) ? Math.max(0, atMs) : this.solvedAtMs;
    const { presence, live, shown, from, idle, idleFace } = this;
    if (presence.update(nowMs)) this.beginBlend(presence.drive, nowMs);

    const stepMs = nowMs - this.solvedAtMs;
    this.solvedAtMs = nowMs;
    this.shownAtMs = 0;
    if (presence.drive === 'live') {
      this.history.sample(nowMs - this.delayMs, live);
      this.shownAtMs = Math.min(nowMs - this.delayMs, this.capturedAtMs);
    }
    idlePose(nowMs, idleFace);
    packFace(idleFace, idle);
    const target = presence.drive === 'idle' ? idle : live;
    const weight = blendWeight(nowMs - this.blendStartMs, this.blendMs);
    // What no face can do is a tracker's leap: it is spread over a few frames.
    const seconds = stepMs > 0 && stepMs < GAP_MS ? stepMs / 1000 : Number.POSITIVE_INFINITY;
    for (let i = 0; i < COUNT; i++) {
      const wanted = from[i]! + weight * (target[i]! - from[i]!);
      shown[i] = shown[i]! + clamp(wanted - shown[i]!, RATES[i]! * seconds);
    }
    const presenceTarget = presence.drive === 'idle' ? 0 : 1;
    this.shownPresence = this.fromPresence + weight * (presenceTarget - this.fromPresence);
    this.write(nowMs, out);
  }

  /** A result is needed until the next one comes: the delay is the tracker's own time plus one interval. */
  private followDelay(stepMs: number, trackedAfterMs: number): void {
    const needed = Math.min(DELAY_MAX_MS, stepMs + Math.max(0, trackedAfterMs));
    if (!Number.isFinite(needed)) return;
    this.delayMs += (needed > this.delayMs ? DELAY_RISE : DELAY_FALL) * (needed - this.delayMs);
  }

  private beginBlend(drive: Drive, nowMs: number): void {
    this.from.set(this.shown);
    this.fromPresence = this.shownPresence;
    this.blendStartMs = nowMs;
    if (drive === 'live') {
      this.history.sample(nowMs - this.delayMs, this.live);
      this.blendMs = Math.min(TO_LIVE_MS, Math.max(TO_LIVE_MIN_MS, this.presence.lostForMs));
    } else if (drive === 'hold') {
      // The held pose is the one on screen: nothing to blend.
      this.live.set(this.shown);
      this.blendMs = 0;
    } else {
      this.blendMs = TO_IDLE_MS;
    }
  }

  private write(nowMs: number, out: SolvedFace): void {
    const { shown, mirror } = this;
    const side = mirror ? -1 : 1;
    for (let i = 0; i < ARKIT_COUNT; i++) out.channels[i] = shown[mirror ? MIRROR_INDEX[i]! : i]!;
    out.yaw = side * shown[YAW]!;
    out.pitch = shown[PITCH]!;
    out.roll = side * shown[ROLL]!;
    out.x = side * shown[X]!;
    out.y = shown[Y]!;
    out.z = shown[Z]!;
    out.gazeYaw = side * shown[GAZE_YAW]!;
    out.gazePitch = shown[GAZE_PITCH]!;
    writeEyeLook(out.channels, out.gazeYaw, out.gazePitch);
    out.breath = breathAt(nowMs);
    out.state = this.presence.state;
    out.presence = this.shownPresence;
  }
}

/** 0..1 by smoothstep; 1 when there is nothing to blend. */
function blendWeight(elapsedMs: number, lengthMs: number): number {
  if (!(elapsedMs < lengthMs)) return 1;
  const t = Math.max(0, elapsedMs / lengthMs);
  return t * t * (3 - 2 * t);
}

/** Lids: the eye that is seen speaks for the hidden one of a turned head, and two that nearly agree move alike. */
function linkLids(channels: Float64Array, headYaw: number): void {
  const far = farEye(headYaw);
  let left = channels[BLINK_LEFT]!;
  let right = channels[BLINK_RIGHT]!;
  if (far > 0) left += far * (right - left);
  else right += -far * (left - right);
  const apart = Math.min(1, Math.abs(left - right) / WINK);
  const pull = 0.5 * (1 - apart * apart);
  channels[BLINK_LEFT] = left + pull * (right - left);
  channels[BLINK_RIGHT] = right + pull * (left - right);
}

function packFace(face: SolvedFace, into: Float64Array): void {
  into.set(face.channels);
  into[YAW] = face.yaw;
  into[PITCH] = face.pitch;
  into[ROLL] = face.roll;
  into[X] = face.x;
  into[Y] = face.y;
  into[Z] = face.z;
  into[GAZE_YAW] = face.gazeYaw;
  into[GAZE_PITCH] = face.gazePitch;
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value));
}
