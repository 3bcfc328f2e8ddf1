import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { paintAppIcon } from './app-icon.ts';
import { decodeIcns, decodeIco, encodeIcns, encodeIco, ICNS_TYPES, pngSize } from './containers.ts';
import { ICO_SIZES, LINUX_SIZES, TRAY_SIZES } from './files.ts';
import { encodeRgbaPng } from './png.ts';
import { paintTrayIcon, TRAY_STATES } from './tray-icon.ts';

const FOLDER = join(import.meta.dirname, '../../resources/icons');
const read = (name: string): Buffer => readFileSync(join(FOLDER, name));

describe('icon files', () => {
  it('has the application icon and every Linux size', () => {
    expect(pngSize(read('icon.png'))).toEqual({ width: 1024, height: 1024 });
    for (const size of LINUX_SIZES) {
      expect(pngSize(read(`linux/${size}x${size}.png`))).toEqual({ width: size, height: size });
    }
  });

  it('has a Windows icon whose directory tells the truth', () => {
    expect(decodeIco(read('icon.ico')).map((e) => e.size)).toEqual([...ICO_SIZES]);
  });

  it('has a macOS icon with every type in its size', () => {
    const parts = decodeIcns(read('icon.icns'));
    expect(parts.map((p) => [p.type, pngSize(p.png).width])).toEqual(ICNS_TYPES.map((t) => [...t]));
  });

  it('has every tray icon, and templates for macOS', () => {
    for (const state of TRAY_STATES) {
      for (const [suffix, size] of TRAY_SIZES) {
        expect(pngSize(read(`tray-${state}${suffix}.png`)).width).toBe(size);
      }
      expect(pngSize(read(`tray-${state}Template.png`)).width).toBe(16);
      expect(pngSize(read(`tray-${state}Template@2x.png`)).width).toBe(32);
    }
    expect(existsSync(join(FOLDER, 'tray-unknown.png'))).toBe(false);
  });

  it('is what the script draws', () => {
    for (const state of TRAY_STATES) {
      expect(encodeRgbaPng(paintTrayIcon(16, state, false)).equals(read(`tray-${state}.png`)), state).toBe(
        true,
      );
    }
    expect(encodeRgbaPng(paintAppIcon(32, 0.5)).equals(read('linux/32x32.png'))).toBe(true);
  });
});

describe('tray states', () => {
  const alpha = (state: (typeof TRAY_STATES)[number]): boolean[] => {
    const { rgba } = paintTrayIcon(16, state, true);
    return Array.from({ length: 256 }, (_, i) => (rgba[i * 4 + 3] as number) > 127);
  };

  it('differ in form, not only in colour, at the smallest size', () => {
    for (const a of TRAY_STATES) {
      for (const b of TRAY_STATES) {
        if (a >= b) continue;
        const other = alpha(b);
        const different = alpha(a).filter((on, i) => on !== other[i]).length;
        expect(different, `${a} and ${b}`).toBeGreaterThan(12);
      }
    }
  });

  it('are black in a template', () => {
    const { rgba } = paintTrayIcon(32, 'error', true);
    for (let i = 0; i < rgba.length; i += 4) expect([rgba[i], rgba[i + 1], rgba[i + 2]]).toEqual([0, 0, 0]);
  });
});

describe('containers', () => {
  const png = (size: number): Buffer => encodeRgbaPng(paintTrayIcon(size, 'idle', false));

  it('come back as they went in', () => {
    const back = decodeIco(encodeIco([16, 24].map((size) => ({ size, png: png(size) }))));
    expect(back.map((e) => e.size)).toEqual([16, 24]);
    expect(back[1]?.png.equals(png(24))).toBe(true);
  });

  it('are refused when cut short or mislabelled', () => {
    const ico = encodeIco([{ size: 32, png: png(16) }]);
    expect(() => decodeIco(ico)).toThrow(/16 wide/);
    const icns = encodeIcns(() => png(16));
    expect(() => decodeIcns(icns.subarray(0, icns.length - 5))).toThrow(/length/);
    expect(() => decodeIco(Buffer.from('not an icon at all'))).toThrow(/ICO/);
  });
});
