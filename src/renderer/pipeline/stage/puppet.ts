import { assertNever } from '../../../shared/assert-never.ts';
import type { AvatarPose } from '../../../shared/domain/avatar-pose.ts';
import { createMotionSample, parseMotion } from '../../../shared/domain/motion.ts';
import { createSolvedFace } from '../../../shared/domain/solved-face.ts';
import { ExpressionMixer } from '../expressions/expression-mixer.ts';
import { createStageTimes, SolvedChannel } from '../inspection.ts';
import { MotionPlayer } from '../motion/motion-player.ts';
import { MotionRecorder } from '../motion/motion-recorder.ts';
import { VmcMerge } from '../motion/vmc-merge.ts';
import {
  createHandsObservation,
  createPoseObservation,
  createVoiceObservation,
  HandsChannel,
  PoseChannel,
  VoiceChannel,
} from '../part-channels.ts';
import { BodySolver } from '../solver/body/body-solver.ts';
import { GestureReader } from '../solver/body/gesture-reader.ts';
import { createSolvedBody } from '../solver/body/solved-body.ts';
import { PoseComposer } from '../solver/compose/pose-composer.ts';
import { FaceSolver } from '../solver/face-solver.ts';
import { createFaceObservation, TrackingChannel } from '../tracking-channel.ts';
import { emphasise } from './emphasis.ts';
import type { StageChannels, StageCommand, StageEvent, StageTracking } from './messages.ts';

/** What of the stage's commands is the puppet's. */
type PuppetCommand = Extract<
  StageCommand,
  {
    type:
      | 'setMirror'
      | 'setProfile'
      | 'setCameraSize'
      | 'setTracking'
      | 'setIdleMotion'
      | 'setExpressions'
      | 'setInspecting'
      | 'calibrate'
      | 'cancelCalibration'
      | 'pressExpression'
      | 'playMotion'
      | 'recordMotion'
      | 'vmcPose';
  }
>;

/** Louder than this, somebody is there. */
const SPOKEN = 0.3;

const MOTION_ENDED: StageEvent = { type: 'motionEnded' };

/**
 * What drives the avatar in this page: reads every tracker's newest results, solves face, body, hands and voice, and
 * puts motion, other programs and expressions together into one pose per tick. Allocates nothing per tick.
 */
export class Puppet {
  private readonly face: FaceSolver;
  private readonly body = new BodySolver();
  private readonly composer = new PoseComposer();
  private readonly gestures = new GestureReader();
  private readonly expressions = new ExpressionMixer();
  private readonly player = new MotionPlayer();
  private readonly recorder = new MotionRecorder();
  private readonly vmc = new VmcMerge();
  private readonly faceChannel: TrackingChannel;
  private readonly poseChannel: PoseChannel;
  private readonly handsChannel: HandsChannel;
  private readonly voiceChannel: VoiceChannel;
  private readonly solvedChannel: SolvedChannel;
  private readonly seenFace = createFaceObservation();
  private readonly seenPose = createPoseObservation();
  private readonly seenHands = createHandsObservation();
  private readonly heard = createVoiceObservation();
  private readonly solvedFace = createSolvedFace();
  private readonly solvedBody = createSolvedBody();
  private readonly motion = createMotionSample();
  private readonly times = createStageTimes();
  private readonly post: (event: StageEvent, transfer?: Transferable[]) => void;
  private tracking: StageTracking | null = null;
  private expressionNames: readonly string[] = [];
  /** The motion that plays shows the moment that the recorded face is shown at. */
  private inStep = false;
  private motionAtMs = 0;
  private solvedAtMs = 0;
  /** When somebody was last heard, or moved the avatar by a recording or another program. */
  private presentAtMs = Number.NEGATIVE_INFINITY;
  /** The solved pose of every tick is looked at by the inspector. */
  private inspecting = false;
  /** The panic card is up: what is done behind it is not recorded. */
  hidden = false;

  /** @param post hears of calibrations and finished recordings */
  constructor(channels: StageChannels, post: (event: StageEvent, transfer?: Transferable[]) => void) {
    this.post = post;
    this.faceChannel = new TrackingChannel(channels.face);
    this.poseChannel = new PoseChannel(channels.pose);
    this.handsChannel = new HandsChannel(channels.hands);
    this.voiceChannel = new VoiceChannel(channels.voice);
    this.solvedChannel = new SolvedChannel(channels.solved);
    this.face = new FaceSolver({
      steadyDelay: true,
      onCalibration: (event) => post({ type: 'calibration', event }),
      onNeutral: (neutral) => post({ type: 'calibrated', neutral }),
      onFitted: (ranges) => post({ type: 'fitted', ranges }),
    });
  }

  /** Camera time of what the last solve() showed; 0 when no face drove it. */
  get shownAtMs(): number {
    return this.face.shownAtMs;
  }

  /** A card is to be shown: nobody has been seen, heard or sent for as long as the user chose. */
  get away(): boolean {
    const after = this.tracking?.beRightBackAfterS ?? null;
    if (after === null) return false;
    return Math.min(this.face.awayForMs, this.solvedAtMs - this.presentAtMs) >= after * 1000;
  }

  /** @throws Error naming what is wrong with a recording */
  handle(command: PuppetCommand, atMs: number): void {
    switch (command.type) {
      case 'setProfile':
        this.face.setProfile(command.profile, command.camera);
        this.body.setProfile(command.profile);
        return;
      case 'setTracking':
        this.setTracking(command.tracking);
        return;
      case 'setCameraSize':
        this.body.setPicture(command.width, command.height);
        return;
      case 'setMirror':
        this.face.setMirror(command.on);
        this.body.setMirror(command.on);
        return;
      case 'setIdleMotion':
        this.player.setIdle(command.id);
        return;
      case 'setExpressions':
        this.expressions.setSlots(command.slots);
        return;
      case 'pressExpression':
        this.expressions.press(command.id, command.down, atMs);
        return;
      case 'playMotion':
        this.inStep = command.inStep;
        if (!command.file) this.player.stop();
        else
          this.player.play(parseMotion(new Uint8Array(command.file)), command.loop, this.inStep ? 0 : null);
        return;
      case 'recordMotion':
        this.record(command.on);
        return;
      case 'vmcPose':
        this.vmc.take(command.pose, atMs);
        return;
      case 'setInspecting':
        this.inspecting = command.on;
        return;
      case 'calibrate':
        if (command.kind === 'neutral') this.face.calibrate();
        else this.face.beginFit();
        return;
      case 'cancelCalibration':
        this.face.cancelCalibration();
        return;
      default:
        assertNever(command);
    }
  }

  /** Which expressions of the avatar `AvatarPose.expressions` means, by place: those of the slots, then others. */
  setExpressionNames(names: readonly string[]): void {
    this.expressionNames = names;
    this.player.setExpressionNames(names);
    this.vmc.setExpressionNames(names);
  }

  /** The pose of this tick. @param atMs programme clock; grows from call to call */
  solve(atMs: number, out: AvatarPose): void {
    const { face, body, seenFace, seenPose, seenHands, heard, motion } = this;
    while (this.faceChannel.read(seenFace)) {
      face.observe(seenFace);
      body.observeFace(seenFace);
    }
    while (this.voiceChannel.read(heard)) {
      face.observeVoice(heard);
      if (heard.volume > SPOKEN) this.presentAtMs = heard.atMs;
    }
    this.solvedAtMs = atMs;
    while (this.poseChannel.read(seenPose)) body.observePose(seenPose);
    while (this.handsChannel.read(seenHands)) {
      body.observeHands(seenHands);
      this.gestures.observe(seenHands);
    }
    face.solve(atMs, this.solvedFace);
    emphasise(this.solvedFace);
    body.solve(atMs, this.solvedBody);
    this.player.sample(atMs, motion);
    this.composer.compose(this.solvedFace, this.solvedBody, motion, out);
    this.gestures.update(atMs);
    this.expressions.gesture(this.gestures.left, this.gestures.right, atMs);
    this.expressions.update(atMs, out);
    this.vmc.apply(atMs, out);
    // A recording holds the expressions of its time.
    const playing = this.player.playing;
    if (!this.inStep) this.motionAtMs = atMs;
    else if (face.shownAtMs > this.motionAtMs) this.motionAtMs = face.shownAtMs;
    this.player.apply(this.motionAtMs, out);
    if (playing && !this.player.playing) this.post(MOTION_ENDED);
    if (playing || this.vmc.weight > 0) this.presentAtMs = atMs;
    if (!this.hidden) this.recorder.add(out, atMs);
  }

  /** Tells the inspector what became of the newest picture. */
  inspect(pose: AvatarPose, atMs: number, solveMs: number, drawMs: number): void {
    if (!this.inspecting) return;
    const { times } = this;
    times.capturedAtMs = this.seenFace.capturedAtMs;
    times.trackedAtMs = this.seenFace.trackedAtMs;
    times.solvedAtMs = atMs;
    times.solveMs = solveMs;
    times.drawMs = drawMs;
    this.solvedChannel.write(pose, times);
  }

  private setTracking(tracking: StageTracking): void {
    this.tracking = tracking;
    this.face.setAway(tracking.away);
    this.face.setVoice(tracking.voice);
    this.face.setGaze(tracking.parts.gaze);
    this.body.setParts(tracking.parts);
  }

  private record(on: boolean): void {
    if (on) {
      this.recorder.start(this.expressionNames);
      return;
    }
    const file = this.recorder.stop();
    if (file) this.post({ type: 'motion', file }, [file.buffer]);
  }
}
