import {
  defaultBitrateKbps,
  isUpright,
  PICTURE_LIMITS,
  PICTURE_PRESETS,
  type Picture,
  turnedPicture,
} from '../../../../shared/domain/studio.ts';

const RATES = [15, 24, 25, 30, 50, 60] as const;

export type Size = Pick<Picture, 'width' | 'height'>;

/** Names a size in a list. */
export function sizeKey({ width, height }: Size): string {
  return `${width}x${height}`;
}

/** The sizes offered, lying or upright like the picture; a size of its own stays among them. Pure. */
export function sizesFor(picture: Picture): readonly Size[] {
  const sizes = PICTURE_PRESETS.map((preset) => (isUpright(picture) ? turnedPicture(preset) : preset));
  return sizes.some((each) => sizeKey(each) === sizeKey(picture)) ? sizes : [...sizes, picture];
}

/** Frame rates offered; one of its own stays among them. Pure. */
export function ratesFor(picture: Picture): readonly number[] {
  return [...new Set([...RATES, picture.fps])].sort((a, b) => a - b);
}

/** Another size or rate; the bitrate follows unless it was set by hand. Pure. */
export function repictured(picture: Picture, part: Partial<Omit<Picture, 'bitrateKbps'>>): Picture {
  const next = { ...picture, ...part };
  return followsDefault(picture) ? { ...next, bitrateKbps: suited(next) } : next;
}

/** The bitrate that suits a picture. Pure. */
export function suited({ width, height, fps }: Picture): number {
  return defaultBitrateKbps(width, height, fps);
}

/** It is what suits the picture, or what its preset came with. */
function followsDefault(picture: Picture): boolean {
  const lying = isUpright(picture) ? turnedPicture(picture) : picture;
  const preset = PICTURE_PRESETS.find((each) => sizeKey(each) === sizeKey(lying) && each.fps === picture.fps);
  return picture.bitrateKbps === suited(picture) || picture.bitrateKbps === preset?.bitrateKbps;
}

/** A typed bitrate in kbit/s; null when it is none that can be used. Pure. */
export function parseBitrate(text: string): number | null {
  const trimmed = text.trim();
  if (!/^\d{1,6}$/.test(trimmed)) return null;
  const kbps = Number(trimmed);
  return kbps >= PICTURE_LIMITS.minKbps && kbps <= PICTURE_LIMITS.maxKbps ? kbps : null;
}
