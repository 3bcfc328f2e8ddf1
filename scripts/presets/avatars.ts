import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEncoder } from './ffmpeg.ts';
import type { Harness } from './harness/browser.ts';
import type { PoseState, StageOptions } from './harness/protocol.ts';
import { mix, randomFrom } from './model/maths.ts';
import { type Bitmap, encodePng } from './model/png.ts';
import { AVATARS, avatarFile, kilobytes, RESOURCES, REST, save, say, withHarness } from './step-kit.ts';

/** The app's own look; the stage frames the bust by itself, so the camera is not read. */
const PROGRAMME: StageOptions = {
  width: 512,
  height: 512,
  supersample: 3,
  fov: 30,
  camera: [0, 0, 1],
  target: [0, 0, 0],
  light: 'programme',
  shadows: false,
};

const SETTLE = 12;

/** Poses until the swinging hair is at rest; returns the last picture. */
const settled = async (h: Harness, state: PoseState): Promise<string> => {
  let url = '';
  for (let i = 0; i < SETTLE; i++) url = await h.call('shoot', state);
  return url;
};

const PORTRAIT: PoseState = {
  ...REST,
  yaw: 9,
  pitch: -2,
  roll: -4,
  gazeYaw: -5,
  weights: { mouthSmileLeft: 0.55, mouthSmileRight: 0.55, cheekSquintLeft: 0.25, cheekSquintRight: 0.25 },
};

/** What the portrait of a figure without morph targets shows instead: colours and a jaw. */
const MACHINE_PORTRAIT: PoseState = { ...PORTRAIT, jaw: 0.35, weights: {} };

/** Writes avatars and their thumbnails; all of them, unless some are named. */
export const makeAvatar = async (avatars = AVATARS): Promise<void> => {
  for (const { id, write } of avatars) {
    const bytes = write();
    save(avatarFile(id, 'vrm'), bytes);
    await withHarness(async (h) => {
      await h.call('stage', h.offer(`${id}.vrm`, bytes), { ...PROGRAMME, zoom: 1.32, rise: 0.035 });
      const url = await settled(h, id === 'byte' ? MACHINE_PORTRAIT : PORTRAIT);
      save(avatarFile(id, 'png'), Buffer.from(url.split(',')[1] ?? '', 'base64'));
    });
  }
};

const both = (name: string, value: number): Record<string, number> => ({
  [`${name}Left`]: value,
  [`${name}Right`]: value,
});

/** Neutral, talk, blink; smile, turn, wave. */
const SHEET: readonly PoseState[] = [
  REST,
  {
    ...REST,
    yaw: -8,
    roll: 3,
    weights: {
      jawOpen: 0.45,
      browInnerUp: 0.35,
      ...both('mouthUpperUp', 0.2),
      ...both('mouthLowerDown', 0.2),
    },
  },
  { ...REST, roll: -3, weights: { ...both('eyeBlink', 1), ...both('mouthSmile', 0.35) } },
  {
    ...REST,
    yaw: 6,
    roll: -4,
    weights: {
      jawOpen: 0.14,
      ...both('mouthSmile', 0.9),
      ...both('cheekSquint', 0.5),
      ...both('eyeSquint', 0.2),
      ...both('mouthUpperUp', 0.4),
    },
  },
  { ...REST, yaw: 34, pitch: -4, gazeYaw: -10, weights: both('mouthSmile', 0.3) },
  {
    ...REST,
    wave: 1,
    yaw: 4,
    roll: -5,
    weights: {
      jawOpen: 0.12,
      ...both('mouthSmile', 0.75),
      ...both('mouthUpperUp', 0.3),
      ...both('browOuterUp', 0.3),
    },
  },
];

const CELL = 392;
const GAP = 8;

/** A studio wall: dusk blue with a soft light behind the head. */
const backdrop = (): Bitmap => {
  const rgb = new Uint8Array(CELL * CELL * 3);
  const random = randomFrom(3);
  for (let y = 0; y < CELL; y++) {
    for (let x = 0; x < CELL; x++) {
      const glow = Math.exp(-(((x / CELL - 0.5) / 0.42) ** 2) - ((y / CELL - 0.42) / 0.45) ** 2);
      const down = y / CELL;
      [0, 1, 2].forEach((k) => {
        const wall = mix([62, 64, 112][k] as number, [38, 36, 66][k] as number, down);
        rgb[(y * CELL + x) * 3 + k] = Math.round(
          mix(wall, [216, 182, 200][k] as number, 0.6 * glow) + random() - 0.5,
        );
      });
    }
  }
  return { width: CELL, height: CELL, rgb };
};

/** The strip of the others: two pictures each. */
const STRIP: readonly (readonly [string, readonly PoseState[]])[] = [
  ['fenn', [SHEET[0] as PoseState, SHEET[5] as PoseState]],
  ['pip', [SHEET[3] as PoseState, SHEET[2] as PoseState]],
  [
    'byte',
    [
      { ...REST, yaw: -8, roll: 3, jaw: 0.8, weights: {} },
      { ...REST, yaw: 4, roll: -5, wave: 1, jaw: 0.3, weights: { happy: 1 } },
    ],
  ],
];

const writerOf = (id: string): (() => Uint8Array) => {
  const avatar = AVATARS.find((a) => a.id === id);
  if (avatar === undefined) throw new Error(`no avatar ${id}`);
  return avatar.write;
};

/** Films poses of avatars into one picture of 392-pixel cells. */
const sheet = async (
  name: string,
  columns: number,
  pages: readonly (readonly [string, readonly PoseState[]])[],
): Promise<void> => {
  const file = join(RESOURCES, `readme/avatars-${name}.png`);
  mkdirSync(join(file, '..'), { recursive: true });
  const rows = pages.reduce((sum, [, states]) => sum + states.length, 0) / columns;
  const tile = `tile=${columns}x${rows}:padding=${GAP}:margin=${GAP / 2}:color=0x14141f`;
  const palette = 'split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=sierra2_4a';
  const encoder = startEncoder([
    ...['-f', 'rawvideo', '-pix_fmt', 'rgba', '-s', `${CELL}x${CELL}`, '-r', '1', '-i', '-'],
    ...['-vf', `format=rgb24,${tile},${palette}`, '-frames:v', '1', '-fflags', '+bitexact', file],
  ]);
  for (const [id, states] of pages) {
    await withHarness(async (h) => {
      h.onUpload = (raw) => encoder.write(raw);
      const wall = h.offer('wall.png', encodePng(backdrop()));
      await h.call('stage', h.offer(`${id}.vrm`, writerOf(id)()), {
        ...PROGRAMME,
        width: CELL,
        height: CELL,
        backdrop: wall,
        zoom: 1.08,
        rise: -0.008,
      });
      for (const state of states) {
        await settled(h, state);
        await h.call('film', [{ t: 0, state }]);
      }
    });
  }
  await encoder.end();
  say(kilobytes(file));
};

/** Writes the strip of the others for the README. */
export const makeStrip = (): Promise<void> => sheet('more', 6, STRIP);

/** Writes the pictures of the README: six each of the first two avatars, and one strip of the others. */
export const makeRenders = async (): Promise<void> => {
  for (const id of ['vida', 'sol']) await sheet(id, 3, [[id, SHEET]]);
  await makeStrip();
};
