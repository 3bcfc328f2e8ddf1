import { VideoFrameTexture } from 'three';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { fitInto, type LayerRect } from './layout.ts';
import { Quad } from './quad.ts';

type Capture = StudioSnapshot['scene']['capture'];

/** The captured screen or window behind the avatar: always the newest picture, and only while its scene shows it. */
export class CaptureLayer {
  readonly quad: Quad;
  private readonly rect: LayerRect = { x: 0.5, y: 0.5, width: 1, height: 1 };
  private texture: VideoFrameTexture | null = null;
  private wanted: Capture = { shown: false, fit: 'contain' };
  private pending: VideoFrame | null = null;
  private frameWidth = 0;
  private frameHeight = 0;
  private canvasWidth = 1;
  private canvasHeight = 1;

  constructor(order: number) {
    this.quad = new Quad(order, 'cover', true);
  }

  set(wanted: Capture): void {
    this.wanted = wanted;
    this.quad.setOn(wanted.shown);
    this.place();
  }

  setSize(width: number, height: number): void {
    this.canvasWidth = width;
    this.canvasHeight = height;
    this.place();
  }

  /** Takes the frame over; one that was not drawn yet is closed. */
  take(frame: VideoFrame): void {
    this.pending?.close();
    this.pending = frame;
  }

  /** Before drawing: hands the newest frame to the texture, if it will be seen. */
  begin(): void {
    const frame = this.pending;
    if (!frame || !this.wanted.shown) return;
    if (!this.texture) this.createTexture();
    this.texture!.setFrame(frame);
    if (frame.displayWidth !== this.frameWidth || frame.displayHeight !== this.frameHeight) {
      this.frameWidth = frame.displayWidth;
      this.frameHeight = frame.displayHeight;
      this.place();
    }
  }

  /** After drawing: the frame is in the texture, and its memory belongs to the capturer. */
  end(): void {
    if (!this.pending || !this.wanted.shown) return;
    this.pending.close();
    this.pending = null;
  }

  /** Forgets the picture; the layer is back with the next frame. */
  clear(): void {
    this.pending?.close();
    this.pending = null;
    this.quad.setTexture(null);
    this.texture?.dispose();
    this.texture = null;
    this.frameWidth = 0;
    this.frameHeight = 0;
  }

  dispose(): void {
    this.clear();
    this.quad.dispose();
  }

  private createTexture(): void {
    this.texture = new VideoFrameTexture();
    this.texture.flipY = false;
    this.quad.setTexture(this.texture);
  }

  private place(): void {
    if (this.frameWidth === 0) return;
    const { canvasWidth, canvasHeight, rect } = this;
    fitInto(this.frameWidth, this.frameHeight, canvasWidth, canvasHeight, this.wanted.fit, rect);
    this.quad.place(rect);
  }
}
