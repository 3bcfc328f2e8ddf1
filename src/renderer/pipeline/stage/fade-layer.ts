import { FramebufferTexture, type WebGLRenderer } from 'three';
import { CROSS_FADE_MS } from '../../../shared/domain/scene.ts';
import { Quad } from './quad.ts';

/** The last picture of the scene before, fading out over the new one. Costs nothing once it has gone. */
export class FadeLayer {
  readonly quad: Quad;
  private texture: FramebufferTexture | null = null;
  private leftMs = 0;

  constructor(order: number) {
    this.quad = new Quad(order, 'mix');
    this.quad.setOn(false);
  }

  /** Copies what was drawn last; must be called in the task that drew it. One texture serves all fades of a size. */
  begin(renderer: WebGLRenderer, width: number, height: number): void {
    if (!this.texture) {
      this.texture = new FramebufferTexture(width, height);
      this.quad.setTexture(this.texture);
    }
    renderer.copyFramebufferToTexture(this.texture);
    this.leftMs = CROSS_FADE_MS;
    this.quad.setOn(true);
  }

  /** @param dt seconds since the last picture */
  advance(dt: number): void {
    if (this.leftMs === 0) return;
    this.leftMs = Math.max(0, this.leftMs - dt * 1000);
    if (this.leftMs === 0) this.quad.setOn(false);
    else this.quad.setOpacity(this.leftMs / CROSS_FADE_MS);
  }

  /** Ends a fade at once; the canvas has another size now, or the picture must not be seen again. */
  cancel(): void {
    this.leftMs = 0;
    this.quad.setOn(false);
    this.quad.setTexture(null);
    this.texture?.dispose();
    this.texture = null;
  }

  dispose(): void {
    this.cancel();
    this.quad.dispose();
  }
}
