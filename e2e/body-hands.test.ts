import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Quaternion } from 'three';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createHandsObservation, createPoseObservation } from '../src/renderer/pipeline/part-channels.ts';
import { BodySolver } from '../src/renderer/pipeline/solver/body/body-solver.ts';
import { RATES } from '../src/renderer/pipeline/solver/body/limits.ts';
import { createSolvedBody, type SolvedBody } from '../src/renderer/pipeline/solver/body/solved-body.ts';
import { HUMAN_BONE_INDEX, HUMAN_BONES, type HumanBone } from '../src/shared/domain/human-bones.ts';
import { brokenLimit } from './body/joint-check.ts';
import type { HandFrame, HandsFrame, PoseFrame } from './body/page.ts';
import { needs } from './support/fixtures.ts';
import { canTrackParts, clipFile, FFMPEG, openBrowser, servePage } from './tracker/bench.ts';

const CLIP = 'public_upperbody_hands';
/** Every second picture: as many as a weak machine tracks. */
const STEP = 2;
const STEP_MS = (1000 * STEP) / 30;
const TICK_MS = 1000 / 60;
const DEG = Math.PI / 180;
const FINGERS = ['Index', 'Middle', 'Ring', 'Little'] as const;
const SIDES = ['left', 'right'] as const;

const referenceSchema = z.object({
  frames: z.array(z.array(z.object({ h: z.string(), l: z.array(z.array(z.number()).length(3)).length(21) }))),
});

/** One tick's result. */
interface Tick {
  readonly atMs: number;
  /** Number of the newest picture that had come by then. */
  readonly picture: number;
  readonly rotations: Float32Array;
  readonly presence: SolvedBody['presence'];
}

/** Runs the solver over landmarks as a programme at 60 fps would. */
function play(poses: readonly PoseFrame[] | null, hands: readonly HandsFrame[]): Tick[] {
  const solver = new BodySolver();
  solver.setParts({ body: poses ? 'upper' : 'off', hands: true, gaze: true });
  const pose = createPoseObservation();
  const both = createHandsObservation();
  const out = createSolvedBody();
  const ticks: Tick[] = [];
  let picture = -1;
  for (let atMs = 1000; picture < hands.length - 1 || atMs < 1000 + hands.length * STEP_MS; atMs += TICK_MS) {
    while (picture < hands.length - 1 && 1000 + (picture + 1) * STEP_MS <= atMs) {
      picture++;
      const capturedAtMs = 1000 + picture * STEP_MS - 40;
      const seen = poses?.[picture];
      if (seen) {
        Object.assign(pose, { sequence: picture + 1, capturedAtMs, trackedAtMs: atMs, found: seen.found });
        pose.points.set(seen.points);
        pose.world.set(seen.world);
        pose.visibility.set(seen.visibility);
        solver.observePose(pose);
      }
      Object.assign(both, { sequence: picture + 1, capturedAtMs, trackedAtMs: atMs });
      for (const side of SIDES) {
        const hand = hands[picture]![side];
        both[side].found = hand.found;
        both[side].score = hand.score;
        both[side].points.set(hand.points);
        both[side].world.set(hand.world);
      }
      solver.observeHands(both);
    }
    solver.solve(atMs, out);
    ticks.push({
      atMs,
      picture,
      rotations: out.rotations.slice(),
      presence: { ...out.presence },
    });
  }
  return ticks;
}

const turnOf = ({ rotations }: Tick, bone: string): Quaternion =>
  new Quaternion().fromArray(rotations, HUMAN_BONE_INDEX[bone as HumanBone] * 4);

/** What a bone may do at most, radians per second, and whether it was in the picture already. */
function rateOf(bone: string, presence: SolvedBody['presence']): { most: number; shown: boolean } | null {
  const left = bone.startsWith('left');
  if (/Arm$|Shoulder/.test(bone))
    return { most: RATES.arm, shown: (left ? presence.leftArm : presence.rightArm) > 0 };
  const shown = (left ? presence.leftHand : presence.rightHand) > 0;
  if (bone.endsWith('Hand')) return { most: RATES.wrist, shown };
  if (/Thumb|Index|Middle|Ring|Little/.test(bone)) return { most: RATES.finger, shown };
  return /spine|chest/i.test(bone) ? { most: RATES.torso, shown: presence.torso > 0 } : null;
}

/** The bend of a finger by its four bones in the reference's picture, palm included. */
function referenceCurl(points: readonly (readonly number[])[], finger: number): number {
  const joints = [0, 1, 2, 3, 4].map((k) => {
    const [x, y, z] = points[k === 0 ? 0 : 4 + finger * 4 + k]!;
    return [x! * 640, y! * 480, z! * 640] as const;
  });
  let sum = 0;
  for (let k = 1; k < 4; k++) {
    const [a, b, c] = [joints[k - 1]!, joints[k]!, joints[k + 1]!];
    const u = b.map((value, axis) => value - a[axis]!);
    const v = c.map((value, axis) => value - b[axis]!);
    const dot = u[0]! * v[0]! + u[1]! * v[1]! + u[2]! * v[2]!;
    sum += Math.acos(Math.min(1, Math.max(-1, dot / (Math.hypot(...u) * Math.hypot(...v)))));
  }
  return sum;
}

const solvedCurl = (tick: Tick, side: string, finger: string): number =>
  ['Proximal', 'Intermediate', 'Distal'].reduce(
    (sum, joint) => sum + turnOf(tick, `${side}${finger}${joint}`).angleTo(new Quaternion()),
    0,
  );

describe.skipIf(!canTrackParts || !existsSync(clipFile(`${CLIP}.mp4`)))(
  needs('body and hands of a real clip', 'fixtures', 'models'),
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'vida3-body-'));
    let poses: PoseFrame[] = [];
    let hands: HandsFrame[] = [];

    beforeAll(async () => {
      execFileSync(FFMPEG, [
        ...['-v', 'error', '-i', clipFile(`${CLIP}.mp4`), '-vf', `select=not(mod(n\\,${STEP}))`],
        ...['-fps_mode', 'passthrough', '-q:v', '2', path.join(folder, '%03d.jpg')],
      ]);
      const names = readdirSync(folder).sort();
      const pictures = names.map((name) => `pictures/${name}`);
      const files = Object.fromEntries(names.map((name) => [`pictures/${name}`, path.join(folder, name)]));
      const server = await servePage(path.join(import.meta.dirname, 'body/page.html'), files);
      const browser = await openBrowser([]);
      try {
        await browser.page.goto(`${server.origin}/page.html`);
        // Two workers: side by side on two cores.
        const run = <T>(part: 'pose' | 'hands'): Promise<T> =>
          browser.page.evaluate((job) => window.landmarks<T>(job), { part, pictures, stepMs: STEP_MS });
        [poses, hands] = await Promise.all([run<PoseFrame[]>('pose'), run<HandsFrame[]>('hands')]);
      } finally {
        await browser.close();
        await server.close();
      }
    }, 150_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test('both hands are there and move on at least 95 % of the pictures, each on its own side', () => {
      expect(hands.length).toBe(120);
      for (const one of [true, false]) {
        const ticks = play(one ? poses : null, hands);
        for (const side of SIDES) {
          let moved = 0;
          let last: Tick | null = null;
          for (let picture = 0; picture < hands.length; picture++) {
            const tick = ticks.findLast((candidate) => candidate.picture === picture)!;
            const bones = [`${side}Hand`, ...FINGERS.map((finger) => `${side}${finger}Proximal`)];
            const turned =
              last !== null && bones.some((bone) => turnOf(tick, bone).angleTo(turnOf(last!, bone)) > 0.0005);
            if (tick.presence[`${side}Hand`] > 0 && turned) moved++;
            last = tick;
          }
          // Without a body nobody says where the hands are: only their own shape moves, which is what is counted.
          expect(moved / hands.length, `${side}, body ${one}`).toBeGreaterThanOrEqual(0.95);
        }
      }
      const mean = (pick: (frame: HandsFrame) => HandFrame): number =>
        hands.reduce((sum, frame) => sum + pick(frame).points[0]!, 0) / hands.length;
      // The person's left is at the right of a picture that is not mirrored.
      expect(mean(({ left }) => left)).toBeGreaterThan(mean(({ right }) => right));
    });

    test('no joint passes its limit and none turns faster than it may', () => {
      const ticks = play(poses, hands);
      let fastest = 0;
      for (let i = 1; i < ticks.length; i++) {
        const tick = ticks[i]!;
        const before = ticks[i - 1]!;
        expect(brokenLimit(tick.rotations, 3 * DEG), `at ${tick.atMs}`).toBeNull();
        for (const bone of HUMAN_BONES) {
          const rate = rateOf(bone, before.presence);
          if (!rate?.shown) continue;
          const speed = turnOf(tick, bone).angleTo(turnOf(before, bone)) / (TICK_MS / 1000);
          expect(speed, `${bone} at ${tick.atMs}`).toBeLessThan(rate.most * 1.02 + 0.1);
          if (bone.endsWith('Hand')) fastest = Math.max(fastest, speed);
        }
      }
      // These hands hold a stalk of grass: a wrist that flips would turn by half a circle in a few ticks.
      expect(fastest).toBeLessThan(6);
    });

    test('the arms are held as they are: elbows well bent, hands before the chest', () => {
      const ticks = play(poses, hands).filter(({ presence }) => presence.leftArm === 1);
      expect(ticks.length).toBeGreaterThan(300);
      for (const tick of ticks) {
        for (const side of SIDES) {
          const elbow = turnOf(tick, `${side}LowerArm`).angleTo(new Quaternion()) / DEG;
          expect(elbow).toBeGreaterThan(70);
          expect(elbow).toBeLessThan(165);
        }
      }
    });

    test('fingers are bent in the order in which the reference has them', () => {
      const reference = referenceSchema.parse(
        JSON.parse(readFileSync(clipFile(`${CLIP}.hands.ref.json`), 'utf8')),
      );
      const ticks = play(poses, hands);
      let agreed = 0;
      let compared = 0;
      for (let picture = 5; picture < hands.length; picture++) {
        const tick = ticks.findLast((candidate) => candidate.picture === picture)!;
        for (const side of SIDES) {
          const label = side === 'left' ? 'Left' : 'Right';
          const hand = reference.frames[picture * STEP]?.find(({ h }) => h === label);
          if (!hand) continue;
          for (let a = 0; a < 4; a++) {
            for (let b = a + 1; b < 4; b++) {
              const wanted = referenceCurl(hand.l, a) - referenceCurl(hand.l, b);
              // What is nearly alike has no order.
              if (Math.abs(wanted) < 10 * DEG) continue;
              compared++;
              const found = solvedCurl(tick, side, FINGERS[a]!) - solvedCurl(tick, side, FINGERS[b]!);
              if (Math.sign(found) === Math.sign(wanted)) agreed++;
            }
          }
        }
      }
      expect(compared).toBeGreaterThan(50);
      expect(agreed / compared).toBeGreaterThan(0.9);
    });
  },
);
