import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Harness, openHarness } from './harness/browser.ts';
import type { PoseState, StageOptions } from './harness/protocol.ts';
import { buildFigure } from './model/figure.ts';
import type { Look } from './model/looks.ts';
import { buildRobot } from './model/robot/robot.ts';
import { FENN } from './model/toon/fenn.ts';
import { PIP } from './model/toon/pip.ts';
import { SOL } from './model/toon/sol.ts';
import { VIDA } from './model/toon/vida.ts';
import { writeRobot } from './write/robot.ts';
import { writeVrm } from './write/vrm.ts';

export const RESOURCES = join(import.meta.dirname, '../../resources');

/** Avatars with a face made of the 52 shapes. */
export const FACES: readonly { readonly id: string; readonly look: Look }[] = [
  { id: 'vida', look: VIDA },
  { id: 'sol', look: SOL },
  { id: 'pip', look: PIP },
  { id: 'fenn', look: FENN },
];

/** The shipped avatars: file name and how its bytes are made. */
export const AVATARS: readonly { readonly id: string; readonly write: () => Uint8Array }[] = [
  ...FACES.map(({ id, look }) => ({ id, write: () => writeVrm(buildFigure(look)) })),
  { id: 'byte', write: () => writeRobot(buildRobot()) },
];

/** Where an avatar's file lies. */
export const avatarFile = (id: string, ending: 'vrm' | 'png'): string =>
  join(RESOURCES, `avatars/${id}.${ending}`);

export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Says how big a written file is. */
export const kilobytes = (path: string): string => `${path} ${(statSync(path).size / 1000).toFixed(0)} kB`;

export const save = (path: string, bytes: Uint8Array | string): void => {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, bytes);
  say(kilobytes(path));
};

/** Runs `work` with a render page and always closes it. */
export const withHarness = async <T>(work: (h: Harness) => Promise<T>): Promise<T> => {
  const harness = await openHarness();
  try {
    return await work(harness);
  } finally {
    await harness.close();
  }
};

/** Looking straight ahead, at rest. */
export const REST: PoseState = {
  yaw: 0,
  pitch: 0,
  roll: 0,
  gazeYaw: 0,
  gazePitch: 0,
  breath: 0,
  dt: 1 / 30,
  weights: {},
};

/** A webcam: 63° of vertical field of view, which MediaPipe assumes. */
export const WEBCAM: StageOptions = {
  width: 640,
  height: 480,
  supersample: 1,
  fov: 63,
  camera: [0, 1.425, 0.48],
  target: [0, 1.425, 0],
  light: 'webcam',
  shadows: false,
};

const BATCH = 30;

/** Frames in the handfuls that the render page takes at a time. */
export const inBatches = <T>(list: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(list.length / BATCH) }, (_, i) => list.slice(i * BATCH, (i + 1) * BATCH));

export const round = (x: number, digits: number): number => Number(x.toFixed(digits));
