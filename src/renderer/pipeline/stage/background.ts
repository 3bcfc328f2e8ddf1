import { CanvasTexture, LinearFilter, type Texture } from 'three';
import { ReasonError } from '../../../shared/errors.ts';

/** No picture on the canvas needs more texels on a side than this. */
const MAX_SIDE = 4096;

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

/** A canvas as a texture whose texels are shown as they are. The caller disposes it. */
export function pictureTexture(canvas: OffscreenCanvas): Texture {
  const texture = new CanvasTexture(canvas);
  texture.minFilter = LinearFilter;
  texture.magFilter = LinearFilter;
  texture.generateMipmaps = false;
  return texture;
}

/**
 * Fetches a picture from the page's own origin.
 * @param kind what it is for: decides the domain of the reason
 * @throws ReasonError `background.*` or `image.*`: `not-found`, `not-an-image`
 */
export async function loadPicture(url: string, kind: 'background' | 'image'): Promise<ImageBitmap> {
  const address = new URL(url, self.location.href);
  if (address.origin !== self.location.origin && address.protocol !== 'blob:') {
    throw new ReasonError(`${kind}.not-found`, 'not an address of this program');
  }
  let blob: Blob;
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    blob = await answer.blob();
  } catch (error) {
    throw new ReasonError(`${kind}.not-found`, error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
  try {
    return await createImageBitmap(blob);
  } catch (error) {
    throw new ReasonError(`${kind}.not-an-image`, undefined, { cause: error });
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

/** Draws a picture with its alpha at the size it is shown at, never larger than it is itself. */
export function scaledCanvas(bitmap: ImageBitmap, width: number, height: number): OffscreenCanvas {
  const scale = Math.min(
    1,
    Math.max(width / bitmap.width, height / bitmap.height),
    MAX_SIDE / bitmap.width,
    MAX_SIDE / bitmap.height,
  );
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  );
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}
