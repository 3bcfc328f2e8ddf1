import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pngHeader } from './inspect/make-glb.ts';
import { makePng } from './make-png.ts';
import { checkPicture } from './pictures.ts';

const LIMITS = { bytes: 4096, side: 64 };
const BACKGROUNDS = join(import.meta.dirname, '../../../../resources/backgrounds');
const png = makePng(16, 9);

describe('pictures of the user', () => {
  test('are taken whole, within their limits', () => {
    expect(checkPicture(png, LIMITS)).toBe('image/png');
    expect(checkPicture(makePng(64, 64), LIMITS)).toBe('image/png');
    expect(() => checkPicture(makePng(65, 1), LIMITS)).toThrow('image.too-big');
    expect(() => checkPicture(new Uint8Array(4097), LIMITS)).toThrow('image.too-big');
  });

  test('cut anywhere are refused', () => {
    for (let length = 0; length < png.length; length++) {
      expect(() => checkPicture(png.subarray(0, length), LIMITS), `${length}`).toThrow('image.not-an-image');
    }
  });

  test('with something behind their end are whole', () => {
    expect(checkPicture(Uint8Array.from([...png, 1, 2, 3]), LIMITS)).toBe('image/png');
  });

  test('that are only a header, only text, or end without pixels are none', () => {
    const withoutPixels = Uint8Array.from([...png.subarray(0, 33), ...png.subarray(-12)]);
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
    const endless = png.slice();
    endless.fill(0xff, 33, 37); // A chunk of 4 GB.
    for (const bytes of [pngHeader(8, 8), withoutPixels, svg, endless]) {
      expect(() => checkPicture(bytes, LIMITS)).toThrow('image.not-an-image');
    }
  });

  test('of WebP end where they say', () => {
    const webp = new Uint8Array(40);
    webp.set(Buffer.from('RIFF\0\0\0\0WEBPVP8X', 'latin1'));
    new DataView(webp.buffer).setUint32(4, 32, true);
    expect(checkPicture(webp, LIMITS)).toBe('image/webp');
    expect(() => checkPicture(webp.subarray(0, 39), LIMITS)).toThrow('image.not-an-image');
  });

  test.skipIf(!existsSync(BACKGROUNDS))(
    'that come with the program pass (skipped until resources/backgrounds is generated)',
    () => {
      const files = globSync('*.{jpg,png,webp}', { cwd: BACKGROUNDS });
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) {
        const bytes = readFileSync(join(BACKGROUNDS, file));
        expect(checkPicture(bytes, { bytes: 32 * 2 ** 20, side: 8192 }), file).toMatch(/^image\//);
      }
    },
  );
});
