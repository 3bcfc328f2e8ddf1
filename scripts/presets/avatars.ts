import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEncoder } from './ffmpeg.ts';
import type { Harness } from './harness/browser.ts';
import type { PoseState, StageOptions } from './harness/protocol.ts';
import { buildFigure } from './model/figure.ts';
import { mix, randomFrom } from './model/maths.ts';
import { type Bitmap, encodePng } from './model/png.ts';
import { AVATARS, avatarFile, kilobytes, RESOURCES, REST, save, say, withHarness } from './step-kit.ts';
import { writeVrm } from './write/vrm.ts';

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

/** Writes every avatar and its thumbnail. */
export const makeAvatar = async (): Promise<void> => {
  for (const { id, look } of AVATARS) {
    const bytes = writeVrm(buildFigure(look));
    save(avatarFile(id, 'vrm'), bytes);
    await withHarness(async (h) => {
      await h.call('stage', h.offer(`${id}.vrm`, bytes), { ...PROGRAMME, zoom: 1.32, rise: 0.035 });
      const url = await settled(h, PORTRAIT);
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

/** Writes one sheet of six pictures per avatar for the README. */
export const makeRenders = async (): Promise<void> => {
  for (const { id, look } of AVATARS) {
    const file = join(RESOURCES, `readme/avatars-${id}.png`);
    mkdirSync(join(file, '..'), { recursive: true });
    const tile = `tile=3x2:padding=${GAP}:margin=${GAP / 2}:color=0x14141f`;
    const palette = 'split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=sierra2_4a';
    const encoder = startEncoder([
      ...['-f', 'rawvideo', '-pix_fmt', 'rgba', '-s', `${CELL}x${CELL}`, '-r', '1', '-i', '-'],
      ...['-vf', `format=rgb24,${tile},${palette}`, '-frames:v', '1', '-fflags', '+bitexact', file],
    ]);
    await withHarness(async (h) => {
      h.onUpload = (raw) => encoder.write(raw);
      const wall = h.offer('wall.png', encodePng(backdrop()));
      const model = h.offer(`${id}.vrm`, writeVrm(buildFigure(look)));
      await h.call('stage', model, {
        ...PROGRAMME,
        width: CELL,
        height: CELL,
        backdrop: wall,
        zoom: 1.08,
        rise: -0.008,
      });
      for (const state of SHEET) {
        await settled(h, state);
        await h.call('film', [{ t: 0, state }]);
      }
    });
    await encoder.end();
    say(kilobytes(file));
  }
};
