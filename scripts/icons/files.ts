import { paintAppIcon } from './app-icon.ts';
import { encodeIcns, encodeIco } from './containers.ts';
import { encodeRgbaPng } from './png.ts';
import { paintTrayIcon, TRAY_STATES } from './tray-icon.ts';

export const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256] as const;
export const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512] as const;
/** Suffix of a tray icon's file and its side in pixels: plain names are for 100 %, the rest for denser screens. */
export const TRAY_SIZES = [
  ['', 16],
  ['@1.25x', 20],
  ['@1.5x', 24],
  ['@2x', 32],
] as const satisfies readonly (readonly [string, number])[];

/** Half the tile's side: nearly the whole picture on Windows and Linux, Apple's grid (824 of 1024) on macOS. */
const TILE = 0.47;
const TILE_MAC = 824 / 2048;

/** The smallest pictures have no pixel to spare for a margin. */
const tileOf = (size: number): number => (size <= 32 ? 0.5 : TILE);

/** Every icon by its path below `resources/icons`. */
export const iconFiles = (): ReadonlyMap<string, Buffer> => {
  const made = new Map<string, Buffer>();
  const app = (size: number, tile: number): Buffer => {
    const key = `${size}/${tile}`;
    const png = made.get(key) ?? encodeRgbaPng(paintAppIcon(size, tile));
    made.set(key, png);
    return png;
  };
  const files = new Map<string, Buffer>();
  files.set('icon.png', app(1024, TILE));
  files.set('icon.ico', encodeIco(ICO_SIZES.map((size) => ({ size, png: app(size, tileOf(size)) }))));
  files.set(
    'icon.icns',
    encodeIcns((size) => app(size, TILE_MAC)),
  );
  for (const size of LINUX_SIZES) files.set(`linux/${size}x${size}.png`, app(size, tileOf(size)));
  for (const state of TRAY_STATES) {
    for (const [suffix, size] of TRAY_SIZES) {
      files.set(`tray-${state}${suffix}.png`, encodeRgbaPng(paintTrayIcon(size, state, false)));
    }
    files.set(`tray-${state}Template.png`, encodeRgbaPng(paintTrayIcon(16, state, true)));
    files.set(`tray-${state}Template@2x.png`, encodeRgbaPng(paintTrayIcon(32, state, true)));
  }
  return files;
};
