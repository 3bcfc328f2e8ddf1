import { Quaternion } from 'three';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ArmSample,
  createSeen,
  elbow,
  readArms,
  show,
  solvedRotations,
  trueRotations,
  upperArm,
} from '../../../../../e2e/body/arm-samples.ts';
import { brokenLimit } from '../../../../../e2e/body/joint-check.ts';
import { HUMAN_BONE_MIRROR, HUMAN_BONES } from '../../../../shared/domain/human-bones.ts';
import { BodySolver } from './body-solver.ts';
import { createSolvedBody } from './solved-body.ts';

const DEG = Math.PI / 180;
const STEP_MS = 33;
const arms = readArms();
const sides = ['left', 'right'] as const;
const rms = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

let solver: BodySolver;
let seen: ReturnType<typeof createSeen>;
let out: ReturnType<typeof createSolvedBody>;
let sequence: number;
beforeEach(() => {
  solver = new BodySolver();
  solver.setParts({ body: 'upper', hands: true, gaze: true });
  seen = createSeen();
  out = createSolvedBody();
  sequence = 0;
});

const now = (): number => 1000 + sequence * STEP_MS;

/** Holds a pose before the camera for so many pictures. */
function hold(sample: ArmSample, pictures: number, each?: () => void): void {
  for (let i = 0; i < pictures; i++) {
    sequence++;
    show(sample, seen, sequence, now());
    solver.observePose(seen.pose);
    solver.observeHands(seen.hands);
    solver.solve(now() + 20, out);
    each?.();
  }
}

const sampleOf = (framing: string, pose: string): ArmSample =>
  arms[framing]!.find((sample) => sample.pose === pose)!;

describe('a body from landmarks', () => {
  it('finds shoulders and elbows of rendered poses within 15° RMS', () => {
    const shoulders: number[] = [];
    const elbows: number[] = [];
    for (const [framing, samples] of Object.entries(arms)) {
      for (const sample of samples) {
        solver = new BodySolver();
        solver.setParts({ body: framing === 'full' ? 'full' : 'upper', hands: true, gaze: true });
        hold(sample, 30);
        const found = solvedRotations(out.rotations);
        const truth = trueRotations(sample);
        for (const side of sides) {
          expect(out.presence[`${side}Arm`], `${framing} ${sample.pose}`).toBe(1);
          shoulders.push(upperArm(found, side).angleTo(upperArm(truth, side)) / DEG);
          elbows.push((elbow(found, side) - elbow(truth, side)) / DEG);
        }
      }
    }
    expect(shoulders.length).toBeGreaterThan(50);
    expect(rms(shoulders)).toBeLessThan(15);
    expect(rms(elbows)).toBeLessThan(15);
  });

  it('stays within the limits of every joint and its speed while poses change at once', () => {
    let before = new Float32Array(out.rotations);
    let presence = { ...out.presence };
    // What is not in the picture goes at once to where it will be seen.
    const shownBefore = (bone: string): boolean => {
      if (/Arm$|Shoulder/.test(bone)) return presence[bone.startsWith('left') ? 'leftArm' : 'rightArm'] > 0;
      if (/^left|^right/.test(bone)) return presence[bone.startsWith('left') ? 'leftHand' : 'rightHand'] > 0;
      return presence.torso > 0;
    };
    for (const sample of [...arms['upper']!, ...arms['hands']!, ...arms['upper']!].slice(0, 40)) {
      hold(sample, 8, () => {
        expect(brokenLimit(out.rotations, 3 * DEG)).toBeNull();
        for (let bone = 0; bone < HUMAN_BONES.length; bone++) {
          if (!shownBefore(HUMAN_BONES[bone]!)) continue;
          const turn = new Quaternion().fromArray(out.rotations, bone * 4);
          const last = new Quaternion().fromArray(before, bone * 4);
          // 20 rad/s is the fastest that any joint may.
          expect(turn.angleTo(last), HUMAN_BONES[bone]).toBeLessThan(20 * (STEP_MS / 1000) + 0.02);
        }
        before = new Float32Array(out.rotations);
        presence = { ...out.presence };
      });
    }
  });

  it('lets the legs stand when they are seen and rest when they are not', () => {
    solver.setParts({ body: 'full', hands: false, gaze: true });
    hold(sampleOf('full', 'down'), 30);
    expect(out.presence.legs).toBe(1);
    expect(Math.abs(out.hipsY)).toBeLessThan(0.06);
    hold(sampleOf('upper', 'down'), 60);
    expect(out.presence.legs).toBe(0);
    expect(out.presence.leftArm).toBe(1);
  });

  it('holds a part for a moment, then lets it go without a leap', () => {
    hold(sampleOf('upper', 'bent-forward'), 30);
    expect(out.presence.torso).toBe(1);
    const from = now();
    let last = 1;
    for (let ms = 0; ms < 1500; ms += 16) {
      solver.solve(from + 20 + ms, out);
      expect(last - out.presence.leftArm).toBeLessThan(0.1);
      if (ms < 250) expect(out.presence.leftArm).toBe(1);
      last = out.presence.leftArm;
    }
    expect(out.presence).toEqual({ torso: 0, leftArm: 0, rightArm: 0, leftHand: 0, rightHand: 0, legs: 0 });
  });

  it('places an arm by its hand and the shoulders when the elbow is not seen', () => {
    const sample = structuredClone(sampleOf('hands', 'pointing'));
    for (const point of [13, 14, 15, 16]) sample.detected.visibility[point] = 0.05;
    hold(sample, 40);
    expect(out.presence.leftArm).toBe(1);
    const found = solvedRotations(out.rotations);
    for (const side of sides) {
      // Raised before the chest: the elbow is well bent and the upper arm hangs.
      expect(elbow(found, side) / DEG).toBeGreaterThan(70);
      expect(upperArm(found, side).y).toBeLessThan(0);
      expect(brokenLimit(out.rotations, 3 * DEG)).toBeNull();
    }
  });

  it('takes nothing from what is switched off', () => {
    solver.setParts({ body: 'off', hands: false, gaze: true });
    hold(sampleOf('upper', 'out'), 20);
    expect(Math.max(...Object.values(out.presence))).toBe(0);
  });

  it('swaps sides in a mirror', () => {
    const mirrored = new BodySolver();
    mirrored.setParts({ body: 'upper', hands: true, gaze: true });
    mirrored.setMirror(true);
    const twin = createSolvedBody();
    hold(sampleOf('upper', 'left-out-right-bent'), 25, () => {
      mirrored.observePose(seen.pose);
      mirrored.observeHands(seen.hands);
      mirrored.solve(now() + 20, twin);
    });
    for (let bone = 0; bone < HUMAN_BONES.length; bone++) {
      const here = new Quaternion().fromArray(out.rotations, bone * 4);
      const there = new Quaternion().fromArray(twin.rotations, HUMAN_BONE_MIRROR[bone]! * 4);
      there.set(there.x, -there.y, -there.z, there.w);
      expect(here.angleTo(there), HUMAN_BONES[bone]).toBeLessThan(0.002);
    }
  });

  it('does not lean or turn with a camera that stands low or aside', () => {
    const sample = structuredClone(sampleOf('hands', 'fists'));
    // The shoulders 0.15 m nearer to the camera than the hips: a lean of about 17° if it were believed.
    for (let point = 0; point < 23; point++) sample.detected.world[point * 3 + 2]! -= 0.15;
    for (const hip of [23, 24]) sample.detected.visibility[hip] = 0.02;
    hold(sample, 60);
    const chest = new Quaternion();
    for (const bone of [0, 1, 2, 3]) chest.multiply(solvedRotations(out.rotations)(bone));
    expect(chest.angleTo(new Quaternion()) / DEG).toBeLessThan(3);
    // A lean from there is shown.
    for (let point = 0; point < 23; point++) sample.detected.world[point * 3 + 2]! -= 0.2;
    hold(sample, 20);
    const lean = new Quaternion();
    for (const bone of [0, 1, 2, 3]) lean.multiply(solvedRotations(out.rotations)(bone));
    expect(lean.angleTo(new Quaternion()) / DEG).toBeGreaterThan(6);
  });

  it('ignores landmarks that are no numbers', () => {
    hold(sampleOf('upper', 'down'), 10);
    seen.pose.world[40] = Number.NaN;
    seen.hands.left.found = true;
    seen.hands.left.world.fill(Number.NaN);
    seen.pose.sequence = 900;
    seen.hands.sequence = 900;
    solver.observePose(seen.pose);
    solver.observeHands(seen.hands);
    solver.solve(now() + 40, out);
    for (const value of out.rotations) expect(Number.isFinite(value)).toBe(true);
  });
});
