import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AvatarFamily } from '../src/renderer/pipeline/stage/messages.ts';
import { callHarness, type HarnessArgs, type HarnessResult } from './stage/call.ts';
import type { FaceWish } from './stage/direct.ts';
import type { StageHarness } from './stage/harness.ts';
import { fixturesDir, OUT, openStagePage, type StagePage } from './stage/serve.ts';
import { FIXTURE_AVATARS, type FixtureAvatar } from './support/fixture-avatars.ts';

const WIDTH = 640;
const HEIGHT = 360;
const BACKDROP = [0x20, 0x50, 0x40] as const;
const resources = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../resources');

interface Sample {
  readonly file: string;
  readonly family: AvatarFamily;
  /** What it lacks. */
  readonly degraded: readonly string[];
  /** It has shapes for mouth and eyes. */
  readonly face: boolean;
  /** It has arms that follow. */
  readonly arms: boolean;
  /** Nodes of ankle and toe, to see which way it stands. */
  readonly toes?: readonly [string, string];
}

const FOLLOWS: Readonly<Record<FixtureAvatar, Pick<Sample, 'face' | 'arms' | 'toes'>>> = {
  'ict_perfectsync_v1.vrm': { face: true, arms: true, toes: ['leftFoot', 'leftToes'] },
  'cool_loops_vrm0.vrm': { face: true, arms: true, toes: ['mixamorigLeftFoot', 'mixamorigLeftToeBase'] },
  'cryptovoxels_vrm0_noexpr.vrm': { face: false, arms: true, toes: ['Left_ankle', 'Left_toe'] },
  'debug_robot_vrm1.vrm': { face: false, arms: true },
  'ict_head.glb': { face: true, arms: false },
  'KayKit_Rogue.glb': { face: false, arms: true },
  'RobotExpressive.glb': { face: true, arms: true },
};

/** What a person looks at in e2e/out. */
const SHOTS: Readonly<Record<string, FaceWish>> = {
  neutral: {},
  'jaw-open': { channels: { jawOpen: 0.8 } },
  blink: { channels: { eyeBlinkLeft: 1, eyeBlinkRight: 1 } },
  'yaw-25': { yaw: 25 },
  't-pose': { tPose: true },
  'arms-up': {
    tPose: true,
    bones: {
      leftUpperArm: [0, 0, 40],
      rightUpperArm: [0, -45, 0],
      rightLowerArm: [0, 0, -60],
      leftIndexProximal: [0, 0, -60],
      leftMiddleProximal: [0, 0, -60],
    },
  },
};

interface Pixels {
  readonly data: Buffer;
  at(x: number, y: number): readonly [number, number, number];
  filled(x: number, y: number): boolean;
}

let stage: StagePage;

/** Calls the harness in the page. */
function direct<K extends keyof StageHarness['direct']>(
  name: K,
  ...args: HarnessArgs<'direct', K>
): Promise<HarnessResult<'direct', K>> {
  return callHarness(stage.page, 'direct', name, args);
}

async function draw(wish: FaceWish): Promise<Pixels> {
  const { data } = await direct('pixels', wish);
  const bytes = Buffer.from(data, 'base64');
  const at = (x: number, y: number): readonly [number, number, number] => {
    const i = (y * WIDTH + x) * 4;
    return [bytes[i]!, bytes[i + 1]!, bytes[i + 2]!];
  };
  const filled = (x: number, y: number): boolean =>
    at(x, y).some((value, k) => Math.abs(value - BACKDROP[k]!) > 6);
  return { data: bytes, at, filled };
}

async function save(name: string, wish: FaceWish): Promise<void> {
  writeFileSync(path.join(OUT, name), Buffer.from(await direct('png', wish), 'base64'));
}

/** Pixels that differ clearly between two pictures inside a part of the picture (0..1). */
function changed(a: Pixels, b: Pixels, top = 0, bottom = 1): number {
  let count = 0;
  for (let y = Math.floor(top * HEIGHT); y < bottom * HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const p = a.at(x, y);
      const q = b.at(x, y);
      if (p.some((value, k) => Math.abs(value - q[k]!) > 12)) count++;
    }
  }
  return count;
}

type Direction = readonly [number, number, number];
const DEG = Math.PI / 180;

/** Ry(y)·Rx(x)·Rz(z) of a direction, as the rigs' Euler order has it. */
function turned([x, y, z]: Direction, [ax, ay, az]: Direction): Direction {
  const [cz, sz, cx, sx, cy, sy] = [az, ax, ay].flatMap((a) => [Math.cos(a * DEG), Math.sin(a * DEG)]) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [x1, y1] = [cz * x - sz * y, sz * x + cz * y];
  const [y2, z2] = [cx * y1 - sx * z, sx * y1 + cx * z];
  return [cy * x1 + sy * z2, y2, -sy * x1 + cy * z2];
}

function apart(a: Direction, b: Direction): number {
  return Math.acos(Math.min(1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2])) / DEG;
}

/** Poses of whole bodies; every bone's direction is worked out here, without the rig. */
const POSES: readonly Readonly<Record<string, Direction>>[] = [
  {},
  { leftUpperArm: [0, 0, 70], rightUpperArm: [0, 0, -70] },
  {
    leftUpperArm: [0, -80, 0],
    rightUpperArm: [0, 80, 0],
    leftLowerArm: [0, 0, 60],
    rightLowerArm: [20, 0, -60],
  },
  {
    spine: [10, 0, 5],
    leftUpperArm: [0, 0, -75],
    rightUpperArm: [0, 0, 75],
    leftLowerArm: [0, -70, 0],
    leftHand: [0, 0, 25],
    leftUpperLeg: [-50, 0, 5],
    leftLowerLeg: [60, 0, 0],
    rightUpperLeg: [0, 0, -12],
  },
  {
    hips: [0, 30, 0],
    leftIndexProximal: [0, 0, -60],
    leftIndexIntermediate: [0, 0, -70],
    leftMiddleProximal: [0, 0, -50],
    rightRingProximal: [0, 0, 60],
    rightLittleProximal: [0, 0, 60],
  },
];

const LIMBS: readonly (readonly [string, readonly string[], Direction])[] = (
  ['left', 'right'] as const
).flatMap((side) => {
  const out: Direction = [side === 'left' ? 1 : -1, 0, 0];
  const body = ['hips', 'spine'];
  const arm = [...body, `${side}UpperArm`];
  const leg = ['hips', `${side}UpperLeg`];
  return [
    [`${side}UpperArm`, arm, out],
    [`${side}LowerArm`, [...arm, `${side}LowerArm`], out],
    [`${side}UpperLeg`, leg, [0, -1, 0]],
    [`${side}LowerLeg`, [...leg, `${side}LowerLeg`], [0, -1, 0]],
  ] as const;
});

/**
 * Limbs point where the pose says, fingers where it turns them from the T-pose.
 * @param hands the model has hands; else their own turn is left out, by the rule `no-hands`
 */
async function checkBones(hands: boolean): Promise<void> {
  const rest = await direct('directions', { tPose: true });
  let checked = 0;
  for (const bones of POSES) {
    const wish = { tPose: true, bones } as FaceWish;
    const found: Partial<Record<string, Direction>> = await direct('directions', wish);
    const follow = (chain: readonly string[], from: Direction): Direction =>
      chain.toReversed().reduce((way, bone) => turned(way, bones[bone] ?? [0, 0, 0]), from);
    for (const [bone, chain, from] of LIMBS) {
      const way = found[bone];
      if (!way) continue;
      checked++;
      expect(apart(way, follow(chain, from)), `${bone} in ${JSON.stringify(bones)}`).toBeLessThan(3);
    }
    for (const side of ['left', 'right'] as const) {
      const arm = ['hips', 'spine', `${side}UpperArm`, `${side}LowerArm`, ...(hands ? [`${side}Hand`] : [])];
      for (const finger of ['Index', 'Middle', 'Ring', 'Little']) {
        const chain = [...arm, `${side}${finger}Proximal`];
        for (const joint of [chain, [...chain, `${side}${finger}Intermediate`]]) {
          const bone = joint.at(-1)! as keyof typeof rest;
          const from = rest[bone];
          const way = found[bone];
          if (!from || !way) continue;
          checked++;
          expect(Math.abs(from[1]), `${bone} is straight`).toBeLessThan(Math.sin(3 * DEG));
          expect(apart(way, follow(joint, from)), bone).toBeLessThan(3);
        }
      }
    }
  }
  expect(checked, 'bones were looked at').toBeGreaterThan(15);
}

function framing(picture: Pixels): { top: number; touchesSide: boolean; centre: number } {
  let top = HEIGHT;
  let touchesSide = false;
  let centre = 0;
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      if (!picture.filled(x, y)) continue;
      top = Math.min(top, y);
      if (y < HEIGHT * 0.4 && (x < 2 || x >= WIDTH - 2)) touchesSide = true;
      if (y > HEIGHT * 0.15 && y < HEIGHT * 0.55 && Math.abs(x - WIDTH / 2) < WIDTH / 8) centre++;
    }
  }
  return { top: top / HEIGHT, touchesSide, centre: centre / ((WIDTH / 4) * HEIGHT * 0.4) };
}

async function check(url: string, sample: Sample): Promise<void> {
  const info = await direct('avatar', url, sample.family);
  expect(info.family).toBe(sample.family);
  expect(info.naming.degraded).toEqual(sample.degraded);
  for (const [name, wish] of Object.entries(SHOTS)) await save(`stage-${sample.file}-${name}.png`, wish);
  const speaking: FaceWish = {
    channels: { jawOpen: 0.8, eyeBlinkLeft: 1, eyeBlinkRight: 1, browInnerUp: 0.8, eyeWideLeft: 0.4 },
  };
  await save(`stage-${sample.file}-pose.png`, {
    yaw: 24,
    pitch: 8,
    roll: 8,
    x: 0.04,
    channels: { ...speaking.channels, eyeBlinkRight: 0 },
  });

  await direct('settle', {});
  const rest = await draw({});
  const { top, touchesSide, centre } = framing(rest);
  expect(top, 'air above the head').toBeGreaterThan(0.015);
  expect(top, 'the head is in the upper part').toBeLessThan(0.3);
  expect(touchesSide, 'the head is not cut at the sides').toBe(false);
  expect(centre, 'the middle is filled').toBeGreaterThan(0.2);

  expect(changed(rest, await draw({})), 'a still face gives a still picture').toBeLessThan(
    WIDTH * HEIGHT * 0.002,
  );
  expect(changed(rest, await draw({ yaw: 25 }), 0, 0.6), 'the head turns').toBeGreaterThan(300);
  const face = changed(rest, await draw(speaking), 0, 0.75);
  if (sample.face) expect(face, 'mouth and eyes move').toBeGreaterThan(40);
  else expect(info.channels).toBe(0);

  for (const wish of [
    { yaw: 35 },
    { pitch: -20 },
    { roll: 18 },
    { yaw: -28, pitch: 14, roll: -9, x: 0.12 },
  ]) {
    expect(await direct('headError', wish), JSON.stringify(wish)).toBeLessThan(1);
  }
  if (sample.arms) await checkBones(!sample.degraded.includes('no-hands'));
  if (sample.toes) {
    const forward = await direct('span', ...sample.toes);
    expect(forward.z, 'stands towards the camera').toBeGreaterThan(0);
  }
}

beforeAll(async () => {
  stage = await openStagePage();
  await direct('open', WIDTH, HEIGHT, 'light');
  await direct('backdrop', 'color', '#205040');
});
afterAll(async () => stage?.close());

describe('avatars on the stage', () => {
  const fixtures = fixturesDir();
  for (const avatar of FIXTURE_AVATARS) {
    const sample = { ...avatar, ...FOLLOWS[avatar.file] };
    const missing = !fixtures || !existsSync(path.join(fixtures, 'avatars', sample.file));
    test.skipIf(missing)(`${sample.file} is framed, follows the face and looks at the camera`, async () => {
      await check(`/fixtures/avatars/${sample.file}`, sample);
    });
  }

  const own = path.join(resources, 'avatars/vida.vrm');
  test.skipIf(!existsSync(own))(
    'vida.vrm (our own) is framed, follows the face and looks at the camera',
    async () => {
      await check('/resources/avatars/vida.vrm', {
        file: 'vida.vrm',
        family: 'vrm1',
        face: true,
        arms: true,
        degraded: [],
      });
      const rest = await draw({});
      const aside = await draw({
        gazeYaw: 0.5,
        channels: { eyeLookInRight: 0.8, eyeLookOutLeft: 0.8 },
      });
      expect(changed(rest, aside), 'the eyes move').toBeGreaterThan(8);
    },
  );

  test.skipIf(!existsSync(own))('every aspect ratio, the full quality and a picture behind', async () => {
    for (const [width, height] of [
      [360, 640],
      [400, 400],
    ] as const) {
      await direct('open', width, height, 'light');
      await direct('backdrop', 'color', '#205040');
      await direct('avatar', '/resources/avatars/vida.vrm', 'vrm1');
      await save(`stage-vida-${width}x${height}.png`, {});
    }
    await direct('open', WIDTH, HEIGHT, 'full');
    await direct('avatar', '/resources/avatars/vida.vrm', 'vrm1');
    if (existsSync(path.join(resources, 'backgrounds/dusk.jpg'))) {
      await direct('backdrop', 'image', '/resources/backgrounds/dusk.jpg');
    }
    await save('stage-vida-full.png', { yaw: -12, channels: { mouthSmileLeft: 0.6, mouthSmileRight: 0.6 } });
    await direct('card', true);
    await save('stage-card.png', {});
    const card = await draw({ yaw: 30 });
    expect(changed(card, await draw({ yaw: -30 })), 'the card shows no avatar').toBe(0);
    await direct('card', false);
  });

  test.skipIf(!existsSync(own))('transparent keeps its alpha', async () => {
    await direct('open', WIDTH, HEIGHT, 'light');
    await direct('avatar', '/resources/avatars/vida.vrm', 'vrm1');
    await direct('backdrop', 'transparent', '');
    const { data } = await direct('pixels', {});
    const bytes = Buffer.from(data, 'base64');
    expect(bytes[3], 'corner').toBe(0);
    const middle = (Math.floor(HEIGHT * 0.35) * WIDTH + WIDTH / 2) * 4;
    expect(bytes[middle + 3], 'head').toBe(255);
  });

  test.skipIf(!fixturesDir())('broken files are refused by name [needs fixtures]', async () => {
    for (const file of ['01_truncated.glb', '02_wrong_magic.glb', '06_external_http_uri.glb']) {
      const url = `/fixtures/avatars/hostile/${file}`;
      const refused = await direct('avatar', url, 'glb').then(
        () => 'loaded',
        (error: unknown) => String(error),
      );
      expect(refused, file).toContain('avatar.load-failed');
    }
    expect(stage.outside).toEqual([]);
  });

  test('what is not there is refused by name, and nothing outside is asked for', async () => {
    expect(await direct('avatar', '/nowhere.vrm', 'vrm1').catch((error: unknown) => String(error))).toContain(
      'avatar.load-failed',
    );
    expect(stage.outside).toEqual([]);
  });
});
