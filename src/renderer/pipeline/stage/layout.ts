import type { Overlay, Placement } from '../../../shared/domain/scene.ts';

/** A picture's place on the canvas: centre and size as shares of it, 0,0 being the upper left. */
export interface LayerRect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The window of a camera's full picture that the canvas shows, as PerspectiveCamera.setViewOffset takes it. */
export interface ViewOffset {
  readonly fullWidth: number;
  readonly fullHeight: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Fits a picture centred into the canvas without distortion: `contain` shows all of it, `cover` leaves no gap.
 * Sizes in pixels of any scale. Writes into `out`. Pure.
 */
export function fitInto(
  pictureWidth: number,
  pictureHeight: number,
  canvasWidth: number,
  canvasHeight: number,
  fit: 'contain' | 'cover',
  out: LayerRect,
): LayerRect {
  const wide = canvasWidth / pictureWidth;
  const tall = canvasHeight / pictureHeight;
  const scale = fit === 'cover' ? Math.max(wide, tall) : Math.min(wide, tall);
  out.x = 0.5;
  out.y = 0.5;
  out.width = (pictureWidth * scale) / canvasWidth;
  out.height = (pictureHeight * scale) / canvasHeight;
  return out;
}

/** Where an overlay lies: its width is a share of the canvas, its height follows its own shape. Pure. */
export function overlayRect(
  { x, y, width }: Pick<Overlay, 'x' | 'y' | 'width'>,
  pictureWidth: number,
  pictureHeight: number,
  canvasWidth: number,
  canvasHeight: number,
): LayerRect {
  return { x, y, width, height: (width * canvasWidth * pictureHeight) / pictureWidth / canvasHeight };
}

/** Lays the avatar's own picture, framed for the whole canvas, at its place; null when that is the canvas. Pure. */
export function viewOffset(
  { x, y, scale }: Placement,
  canvasWidth: number,
  canvasHeight: number,
): ViewOffset | null {
  if (x === 0.5 && y === 0.5 && scale === 1) return null;
  return {
    fullWidth: canvasWidth * scale,
    fullHeight: canvasHeight * scale,
    x: (scale / 2 - x) * canvasWidth,
    y: (scale / 2 - y) * canvasHeight,
  };
}
