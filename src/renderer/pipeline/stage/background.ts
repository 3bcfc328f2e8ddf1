import { CanvasTexture, LinearFilter, SRGBColorSpace, type Texture } from 'three';
import { ReasonError } from '../../../shared/errors.ts';

/** Source rectangle of a picture that covers `width`×`height` without distortion, centred. Pure. */
export function coverFit(
  imageWidth: number,
  imageHeight: number,
  width: number,
  height: number,
): { x: number; y: number; width: number; height: number } {
  const scale = Math.max(width / imageWidth, height / imageHeight);
  const w = width / scale;
  const h = height / scale;
  return { x: (imageWidth - w) / 2, y: (imageHeight - h) / 2, width: w, height: h };
}

/** A picture the size of the programme as a texture; one texel is one pixel. The caller disposes it. */
export function pictureTexture(canvas: OffscreenCanvas): Texture {
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.minFilter = LinearFilter;
  texture.magFilter = LinearFilter;
  texture.generateMipmaps = false;
  return texture;
}

/**
 * Fetches a background from the page's own origin.
 * @throws ReasonError `background.not-found`, `background.not-an-image`
 */
export async function loadBackground(url: string): Promise<ImageBitmap> {
  const address = new URL(url, self.location.href);
  if (address.origin !== self.location.origin && address.protocol !== 'blob:') {
    throw new ReasonError('background.not-found', 'not an address of this program');
  }
  let blob: Blob;
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    blob = await answer.blob();
  } catch (error) {
    throw new ReasonError('background.not-found', error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
  try {
    return await createImageBitmap(blob);
  } catch (error) {
    throw new ReasonError('background.not-an-image', undefined, { cause: error });
  }
}

/** Draws a picture cover-fit at programme size, so that every frame samples it one to one. */
export function coverCanvas(bitmap: ImageBitmap, width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false })!;
  context.imageSmoothingQuality = 'high';
  const from = coverFit(bitmap.width, bitmap.height, width, height);
  context.drawImage(bitmap, from.x, from.y, from.width, from.height, 0, 0, width, height);
  return canvas;
}
