import type { Rgb } from '../looks.ts';

/** Colours of the machine, sRGB bytes. */
export const SHELL: Rgb = [240, 236, 226];
export const SHELL_DIM: Rgb = [196, 198, 206];
export const ACCENT: Rgb = [250, 186, 48];
export const DARK: Rgb = [48, 52, 66];
export const JOINT: Rgb = [84, 90, 108];
export const WHITE: Rgb = [255, 255, 255];
/** Its lights at rest. */
export const LIGHT: Rgb = [120, 250, 255];
