import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Harness, openHarness } from './harness/browser.ts';
import type { PoseState } from './harness/protocol.ts';
import type { Look } from './model/looks.ts';
import { SOL } from './model/toon/sol.ts';
import { VIDA } from './model/toon/vida.ts';

export const RESOURCES = join(import.meta.dirname, '../../resources');

/** The shipped avatars: file name and look. */
export const AVATARS: readonly { readonly id: string; readonly look: Look }[] = [
  { id: 'vida', look: VIDA },
  { id: 'sol', look: SOL },
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
