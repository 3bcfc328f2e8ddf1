import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { paintAurora } from './aurora.ts';
import { startEncoder } from './ffmpeg.ts';
import { type Bitmap, encodePng } from './model/png.ts';
import { renderRoom } from './room/render.ts';

const FOLDER = join(import.meta.dirname, '../../resources/backgrounds');
const WIDTH = 1280;
const HEIGHT = 720;
/** Rooms are out of focus: traced at half the size nothing is lost. */
const TRACED = { samples: 81, detail: 0.5 } as const;

interface Background {
  readonly id: string;
  readonly name: string;
  readonly picture: () => Bitmap | Promise<Bitmap>;
}

const BACKGROUNDS: readonly Background[] = [
  {
    id: 'dusk',
    name: 'Dusk studio',
    picture: () =>
      renderRoom('dusk', WIDTH, HEIGHT, {
        ...TRACED,
        film: { exposure: 1.3, halo: 0.14, vignette: 0.35, grain: 1.2, saturation: 1.08, contrast: 1.22 },
      }),
  },
  {
    id: 'loft',
    name: 'Morning loft',
    picture: () =>
      renderRoom('loft', WIDTH, HEIGHT, {
        ...TRACED,
        film: { exposure: 0.4, halo: 0.12, vignette: 0.2, grain: 1, saturation: 1.06, contrast: 1.12 },
      }),
  },
  { id: 'aurora', name: 'Aurora', picture: () => paintAurora(WIDTH, HEIGHT) },
];

const writeJpeg = async (file: string, bitmap: Bitmap): Promise<void> => {
  const input = ['-f', 'image2pipe', '-c:v', 'png', '-i', '-'];
  const encoder = startEncoder([
    ...input,
    '-q:v',
    '1',
    '-qmin',
    '1',
    '-pix_fmt',
    'yuvj444p',
    '-flags',
    '+bitexact',
    file,
  ]);
  await encoder.write(encodePng(bitmap));
  await encoder.end();
};

/** Writes the bundled backgrounds (two rooms are path-traced, which takes minutes) and their list. */
export const makeBackgrounds = async (): Promise<void> => {
  mkdirSync(FOLDER, { recursive: true });
  for (const { id, picture } of BACKGROUNDS) {
    const file = join(FOLDER, `${id}.jpg`);
    await writeJpeg(file, await picture());
    process.stdout.write(`${file} ${(statSync(file).size / 1000).toFixed(0)} kB\n`);
  }
  const list = BACKGROUNDS.map(({ id, name }) => ({ id, name, file: `${id}.jpg` }));
  writeFileSync(join(FOLDER, 'backgrounds.json'), `${JSON.stringify(list, null, 2)}\n`);
};
