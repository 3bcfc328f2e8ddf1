import { ARKIT_CHANNELS, ARKIT_COUNT, ARKIT_INDEX } from '../../../shared/domain/arkit.ts';
import { createSolvedFace, type SolvedFace } from '../../../shared/domain/solved-face.ts';
import {
  ANY_CAMERA,
  DEFAULT_PROFILE,
  type TrackingProfile,
  type TrackingSettings,
} from '../../../shared/domain/tracking-settings.ts';
import { clamp01, clampAbs, smoothstep } from '../../../shared/math/scalar.ts';
import type { VoiceObservation } from '../part-channels.ts';
import type { FaceObservation } from '../tracking-channel.ts';
import { Calibration } from './calibration.ts';
import { MIRROR_INDEX } from './channels.ts';
import { GazeSolver, writeEyeLook } from './gaze.ts';
import { GuidedCalibration, type GuidedEvents } from './guided.ts';
import { createHeadPose, readHeadPose, removeCrossTalk } from './head-pose.ts';
import { asleepPose, breathAt, idlePose } from './idle.ts';
import {
  COUNT,
  EYE_SMOOTHING,
  FILTERED,
  GAZE_PITCH,
  GAZE_YAW,
  PITCH,
  packFace,
  RATES,
  ROLL,
  SMOOTHING,
  VERGE_PITCH,
  VERGE_YAW,
  X,
  Y,
  YAW,
  Z,
} from './layout.ts';
import { AutoBlink, linkLids } from './lids.ts';
import { SmoothingBank } from './one-euro.ts';
import { PoseHistory } from './pose-history.ts';
import { Presence } from './presence.ts';
import { TuningTable } from './tuning.ts';
import { VoiceMouth } from './voice-mouth.ts';

export interface FaceSolverOptions extends GuidedEvents {
  /**
   * Show every picture with the same delay behind the camera, interpolated between results, instead of the newest
   * result. For live programmes: results arrive at uneven moments, and showing each as it comes makes lips stutter.
   */
  readonly steadyDelay?: boolean;
}

const BLINK_LEFT = ARKIT_INDEX.eyeBlinkLeft;
const BLINK_RIGHT = ARKIT_INDEX.eyeBlinkRight;
/** What opens and shuts: a held pose does not stay with its mouth open or its eyes shut. */
const RELAXING = Int32Array.from(
  ARKIT_CHANNELS.flatMap((name, i) => (/^(eyeBlink|jaw|mouth(?!Smile|Frown))/.test(name) ? [i] : [])),
);
const RELAX_SECONDS = 0.5;

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
/** Cut-off scale while the landmarks can be trusted least. */
const DOUBTFUL_CALM = 0.6;
/** Slower than this is no movement to predict: radians and metres per ms. */
const ANGLE_REST = 0.0001;
const PLACE_REST = 0.00003;
/** A prediction goes no farther, radians and metres. */
const ANGLE_AHEAD = 0.12;
const PLACE_AHEAD = 0.03;

/**
 * From raw landmarks' scores and matrix, and the voice, to the values a rig applies. Pure maths over typed arrays:
 * nothing is allocated per frame. observe() at every new result, solve() at every programme tick. Works with
 * DEFAULT_PROFILE and DEFAULT_TRACKING until it is told otherwise.
 */
export class FaceSolver {
  private mirror = false;
  private camera = ANY_CAMERA;
  private linked = DEFAULT_PROFILE.linkedEyes;
  private autoBlink = DEFAULT_PROFILE.autoBlink;
  private glasses = DEFAULT_PROFILE.glasses;
  private prediction = DEFAULT_PROFILE.prediction;
  private gazeWanted = true;
  private readonly calibration = new Calibration();
  private readonly guided: GuidedCalibration;
  private readonly tuning = new TuningTable();
  private readonly presence = new Presence();
  private readonly gaze = new GazeSolver();
  private readonly lids = new AutoBlink();
  private readonly voice = new VoiceMouth();
  private readonly bank = new SmoothingBank(SMOOTHING);
  private readonly eyes = new SmoothingBank(EYE_SMOOTHING);
  private readonly eyesInput = new Float64Array(EYE_SMOOTHING.length);
  private readonly raw = new Float64Array(ARKIT_COUNT);
  private readonly input = new Float64Array(FILTERED);
  private readonly row = new Float64Array(COUNT);
  private readonly pose = createHeadPose();
  /** What is shown when the face drives, moved towards the filters' output at every tick. */
  private readonly live = new Float64Array(COUNT);
  private readonly away = new Float64Array(COUNT);
  private readonly awayFace = createSolvedFace();
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
  private solvedAtMs = Number.NaN;
  /**
   * Camera time of what the last solve() showed; 0 when the face did not drive it. Lips and lids are of this moment;
   * the head may have been predicted for a later one.
   */
  shownAtMs = 0;

  constructor(options: FaceSolverOptions = {}) {
    this.steadyDelay = options.steadyDelay ?? false;
    this.guided = new GuidedCalibration(options);
  }

  /**
   * Takes over what belongs to the person in front of the camera, at once.
   * @param camera its key: with another one the head's neutral place is found anew and a calibration that runs is
   * cancelled. Without it the camera stays.
   */
  setProfile(profile: TrackingProfile, camera = this.camera): void {
    if (camera !== this.camera) {
      this.camera = camera;
      this.calibration.placeAnew();
      this.guided.cancel();
    }
    this.calibration.setNeutral(profile.neutral);
    this.calibration.setRanges(profile.ranges);
    this.tuning.set(profile);
    this.tuning.smooth(this.bank, this.eyes);
    this.linked = profile.linkedEyes;
    this.autoBlink = profile.autoBlink;
    this.glasses = profile.glasses;
    this.prediction = profile.prediction;
  }

  /** What the avatar does in each state in which no face drives it. */
  setAway(away: TrackingSettings['away']): void {
    this.presence.setAway(away);
  }

  /** How the microphone helps the mouth. */
  setVoice(voice: Pick<TrackingSettings['voice'], 'mode' | 'strength'>): void {
    this.voice.set(voice);
  }

  /** Off: the eyes look straight ahead whatever the camera sees. */
  setGaze(on: boolean): void {
    this.gazeWanted = on;
  }

  /** Mirrored, the avatar moves like a looking glass: sides, yaw, roll, x and the gaze's yaw are swapped. */
  setMirror(on: boolean): void {
    this.mirror = on;
  }

  /** Takes two seconds of found frames for the person's neutral face and pose; told by the events of the options. */
  calibrate(): void {
    this.calibration.placeAnew();
    this.guided.beginNeutral();
  }

  /** Begins the guided fit: FIT_STEPS of FIT_STEP_MS each. */
  beginFit(): void {
    this.guided.beginFit();
  }

  /** Ends either calibration; nothing is learnt. */
  cancelCalibration(): void {
    this.guided.cancel();
  }

  /** How long no face has been driving, ms; 0 while one does. */
  get awayForMs(): number {
    return this.presence.awayForMs;
  }

  /** Takes what the microphone heard. */
  observeVoice(voice: VoiceObservation): void {
    this.voice.observe(voice);
  }

  /** Takes a result of the tracker. Values that are no numbers are ignored; the ones before stay. */
  observe(face: FaceObservation): void {
    if (face.sequence !== 0 && face.sequence === this.sequence) return;
    this.sequence = face.sequence;
    const { raw, input, pose, gaze, calibration, presence, row } = this;
    const usable = face.found && readHeadPose(face.matrix, pose);
    presence.observe(usable, Number.isFinite(face.confidence) ? face.confidence : 0);
    if (!usable) return;

    const atMs = Number.isFinite(face.capturedAtMs) ? face.capturedAtMs : this.capturedAtMs + DEFAULT_STEP_MS;
    const stepMs = atMs - this.capturedAtMs;
    const steady = stepMs > 0 && stepMs < GAP_MS;
    if (!steady) {
      this.bank.reset();
      this.eyes.reset();
      this.history.clear();
    } else if (this.steadyDelay) this.followDelay(stepMs, face.trackedAtMs - atMs);
    this.capturedAtMs = atMs;
    const seconds = (steady ? stepMs : DEFAULT_STEP_MS) / 1000;

    for (let i = 0; i < ARKIT_COUNT; i++) {
      const score = face.scores[i]!;
      if (Number.isFinite(score)) raw[i] = clamp01(score);
    }
    removeCrossTalk(pose, raw);
    calibration.place(pose, atMs);
    if (presence.doubt < 1) this.guided.add(raw, pose, atMs);
    this.lids.observe(raw[BLINK_LEFT]!, raw[BLINK_RIGHT]!, pose.yaw, presence.doubt, this.glasses, atMs);
    calibration.apply(raw, input);
    this.tuning.channels(input);
    const headYaw = pose.yaw;
    linkLids(input, headYaw, this.linked, this.glasses);
    calibration.applyPose(pose);
    input[YAW] = pose.yaw;
    input[PITCH] = pose.pitch;
    input[ROLL] = pose.roll;
    input[X] = pose.x;
    input[Y] = pose.y;
    input[Z] = pose.z;
    this.tuning.head(input);
    for (let i = YAW; i <= ROLL; i++) input[i] = clampAbs(input[i]!, ANGLE_MAX);
    for (let i = X; i <= Z; i++) input[i] = clampAbs(input[i]!, PLACE_MAX);
    const calm = 1 - (1 - DOUBTFUL_CALM) * presence.doubt;
    this.bank.step(input, seconds, calm);

    gaze.update(this.bank.values, input, headYaw, this.linked, seconds);
    const { eyesInput, tuning } = this;
    const left = tuning.gazeYaw(gaze.yaw + gaze.vergeYaw);
    const right = tuning.gazeYaw(gaze.yaw - gaze.vergeYaw);
    const leftPitch = tuning.gazePitch(gaze.pitch + gaze.vergePitch);
    const rightPitch = tuning.gazePitch(gaze.pitch - gaze.vergePitch);
    eyesInput[0] = (left + right) / 2;
    eyesInput[1] = (leftPitch + rightPitch) / 2;
    eyesInput[2] = (left - right) / 2;
    eyesInput[3] = (leftPitch - rightPitch) / 2;
    this.eyes.step(eyesInput, seconds, calm);
    row.set(this.bank.values);
    row.set(this.eyes.values, FILTERED);
    this.history.push(atMs, row);
  }

  /**
   * The pose to show now.
   * @param atMs programme clock; expected to grow from call to call
   */
  solve(atMs: number, out: SolvedFace): void {
    const nowMs = Number.isFinite(atMs) ? Math.max(0, atMs) : this.solvedAtMs || 0;
    const { presence, live, shown, from, away } = this;
    if (this.guided.busy) this.learn(nowMs);
    if (presence.update(nowMs)) this.beginBlend(nowMs);

    const stepMs = nowMs - this.solvedAtMs;
    this.solvedAtMs = nowMs;
    const inStep = stepMs > 0 && stepMs < GAP_MS;
    this.shownAtMs = 0;
    const { drive } = presence;
    if (drive === 'live') this.follow(nowMs);
    else if (drive === 'hold') this.relax(inStep ? stepMs / 1000 : 0);
    else this.rest(drive, nowMs);
    const target = drive === 'live' || drive === 'hold' ? live : away;
    const weight = blendWeight(nowMs - this.blendStartMs, this.blendMs);
    // What no face can do is a tracker's leap: it is spread over a few frames.
    const seconds = inStep ? stepMs / 1000 : Number.POSITIVE_INFINITY;
    for (let i = 0; i < COUNT; i++) {
      const wanted = from[i]! + weight * (target[i]! - from[i]!);
      shown[i] = shown[i]! + clampAbs(wanted - shown[i]!, RATES[i]! * seconds);
    }
    const presenceTarget = target === live ? 1 : 0;
    this.shownPresence = this.fromPresence + weight * (presenceTarget - this.fromPresence);
    this.write(nowMs, seconds, out);
  }

  /** What the face does, as of now minus the delay; the head a share of the delay earlier. */
  private follow(nowMs: number): void {
    const { history, live, delayMs, prediction } = this;
    history.sample(nowMs - delayMs, live);
    this.shownAtMs = Math.min(nowMs - delayMs, this.capturedAtMs);
    if (!this.steadyDelay || prediction <= 0) return;
    // Only the head: lips and lids change their mind within one interval, and lips belong to their sound.
    const soonerMs = nowMs - delayMs * (1 - prediction);
    history.sample(soonerMs, live, YAW, FILTERED);
    history.predict(soonerMs, live, YAW, X, ANGLE_REST, ANGLE_AHEAD);
    history.predict(soonerMs, live, X, FILTERED, PLACE_REST, PLACE_AHEAD);
  }

  private relax(seconds: number): void {
    const { live } = this;
    const kept = Math.exp(-seconds / RELAX_SECONDS);
    for (let i = 0; i < RELAXING.length; i++) live[RELAXING[i]!] = live[RELAXING[i]!]! * kept;
  }

  private rest(drive: 'idle' | 'asleep', nowMs: number): void {
    if (drive === 'idle') idlePose(nowMs, this.awayFace);
    else asleepPose(nowMs, this.awayFace);
    packFace(this.awayFace, this.away);
  }

  private learn(nowMs: number): void {
    const learnt = this.guided.look(nowMs);
    if (learnt?.neutral) this.calibration.setNeutral(learnt.neutral);
    if (learnt?.ranges) this.calibration.setRanges(learnt.ranges);
  }

  /** A result is needed until the next one comes: the delay is the tracker's own time plus one interval. */
  private followDelay(stepMs: number, trackedAfterMs: number): void {
    const needed = Math.min(DELAY_MAX_MS, stepMs + Math.max(0, trackedAfterMs));
    if (!Number.isFinite(needed)) return;
    this.delayMs += (needed > this.delayMs ? DELAY_RISE : DELAY_FALL) * (needed - this.delayMs);
  }

  private beginBlend(nowMs: number): void {
    this.from.set(this.shown);
    this.fromPresence = this.shownPresence;
    this.blendStartMs = nowMs;
    this.blendMs = this.presence.blendMs;
    // The held pose is the one on screen.
    if (this.presence.drive === 'hold') this.live.set(this.shown);
  }

  private write(nowMs: number, seconds: number, out: SolvedFace): void {
    const { shown, mirror, presence } = this;
    const { channels } = out;
    const side = mirror ? -1 : 1;
    for (let i = 0; i < ARKIT_COUNT; i++) channels[i] = shown[mirror ? MIRROR_INDEX[i]! : i]!;
    out.yaw = side * shown[YAW]!;
    out.pitch = shown[PITCH]!;
    out.roll = side * shown[ROLL]!;
    out.x = side * shown[X]!;
    out.y = shown[Y]!;
    out.z = shown[Z]!;
    const gaze = this.gazeWanted ? 1 : 0;
    out.gazeYaw = gaze * side * shown[GAZE_YAW]!;
    out.gazePitch = gaze * shown[GAZE_PITCH]!;
    // Mirrored, the other eye is the left one and its yaw points the other way: both change sign, the product stays.
    const verge = gaze * shown[VERGE_YAW]!;
    writeEyeLook(channels, out.gazeYaw, out.gazePitch, verge, gaze * side * shown[VERGE_PITCH]!);
    const tick = Math.min(1, seconds);
    const held = presence.drive === 'hold';
    this.lids.apply(channels, nowMs, tick, this.autoBlink && (held || presence.drive === 'live'), held);
    this.voice.apply(channels, presence.drive === 'live' ? presence.doubt : 1, nowMs, tick);
    out.breath = breathAt(nowMs);
    out.state = presence.state;
    out.presence = this.shownPresence;
  }
}

/** How far a blend has come, 0..1; 1 when there is nothing to blend. */
function blendWeight(elapsedMs: number, lengthMs: number): number {
  return elapsedMs < lengthMs ? smoothstep(elapsedMs / lengthMs) : 1;
}
