import { Color, type Texture, type WebGLRenderer } from 'three';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { coverCanvas, pictureTexture, scaledCanvas } from './background.ts';
import { overlayRect } from './layout.ts';
import { Quad } from './quad.ts';

/** A background ready to be drawn; a bitmap stays its owner's. */
export type Backdrop =
  | { readonly kind: 'color'; readonly color: string }
  | { readonly kind: 'image'; readonly bitmap: ImageBitmap }
  | { readonly kind: 'transparent' };

/** An overlay ready to be drawn; the bitmap stays its owner's. */
export interface OverlayPicture extends Omit<NonNullable<StudioSnapshot['scene']['overlay']>, 'url'> {
  readonly bitmap: ImageBitmap;
}

/** What is behind everything: a colour, a picture that covers the canvas, or nothing. */
export class BackdropLayer {
  readonly quad: Quad;
  private readonly color = new Color();
  private alpha = 1;
  private shown: Backdrop = { kind: 'color', color: '#20242f' };
  private texture: Texture | null = null;
  private width = 1;
  private height = 1;

  constructor(order: number) {
    this.quad = new Quad(order, 'cover');
  }

  get transparent(): boolean {
    return this.shown.kind === 'transparent';
  }

  set(backdrop: Backdrop): void {
    this.shown = backdrop;
    this.show();
  }

  setSize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.show();
  }

  applyClear(renderer: WebGLRenderer): void {
    renderer.setClearColor(this.color, this.alpha);
  }

  dispose(): void {
    this.texture?.dispose();
    this.quad.dispose();
  }

  private show(): void {
    const { shown } = this;
    this.texture?.dispose();
    this.texture =
      shown.kind === 'image' ? pictureTexture(coverCanvas(shown.bitmap, this.width, this.height)) : null;
    this.quad.setTexture(this.texture);
    this.color.set(shown.kind === 'color' ? shown.color : 0x000000);
    this.alpha = shown.kind === 'transparent' ? 0 : 1;
  }
}

/** A picture in front of everything, with its own alpha. */
export class OverlayLayer {
  readonly quad: Quad;
  private shown: OverlayPicture | null = null;
  private texture: Texture | null = null;
  private drawn = '';
  private width = 1;
  private height = 1;

  constructor(order: number) {
    this.quad = new Quad(order, 'over');
  }

  set(overlay: OverlayPicture | null): void {
    if (overlay?.bitmap !== this.shown?.bitmap) this.drawn = '';
    this.shown = overlay;
    this.show();
  }

  setSize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.show();
  }

  dispose(): void {
    this.texture?.dispose();
    this.quad.dispose();
  }

  private show(): void {
    const { shown, width, height } = this;
    if (!shown) {
      this.clear();
      return;
    }
    const { bitmap } = shown;
    const rect = overlayRect(shown, bitmap.width, bitmap.height, width, height);
    this.quad.place(rect);
    this.quad.setOpacity(shown.opacity);
    this.quad.setOn(shown.opacity > 0);
    // Drawn once at the size it has on the canvas: a texture scaled down by a graphics card would flicker.
    const size = `${rect.width * width} ${rect.height * height}`;
    if (size === this.drawn) return;
    this.clear();
    this.drawn = size;
    this.texture = pictureTexture(scaledCanvas(bitmap, rect.width * width, rect.height * height));
    this.quad.setTexture(this.texture);
  }

  private clear(): void {
    this.drawn = '';
    this.quad.setTexture(null);
    this.texture?.dispose();
    this.texture = null;
  }
}
