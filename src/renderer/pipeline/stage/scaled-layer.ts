import { type Camera, FramebufferTexture, LinearFilter, type Scene, type WebGLRenderer } from 'three';
import { LAYER_OF_QUADS, Quad } from './quad.ts';

/** Sides of the avatar's drawing against the programme's, by the governor's step. */
export const RENDER_SCALES = [1, 0.85, 0.7, 0.5] as const;

const LAYER_OF_MODELS = 0;

/**
 * The avatar drawn small and enlarged, while everything flat stays sharp. Drawn into a corner of the programme's own
 * canvas and copied from there: a target of its own would need every shader compiled anew.
 */
export class ScaledLayer {
  readonly quad: Quad;
  private texture: FramebufferTexture | null = null;
  private scale = 1;

  constructor(order: number) {
    this.quad = new Quad(order, 'layer');
    this.quad.setOn(false);
  }

  get active(): boolean {
    return this.scale < 1;
  }

  /** @param step place in {@link RENDER_SCALES} */
  setStep(step: number): void {
    const scale = RENDER_SCALES[step] ?? RENDER_SCALES[RENDER_SCALES.length - 1]!;
    if (scale === this.scale) return;
    this.scale = scale;
    this.forget();
  }

  /**
   * Draws the models of the scene, then leaves the camera to the quads, of which this layer's is one. The canvas has
   * to be drawn anew afterwards. Allocates nothing after the first time.
   */
  begin(renderer: WebGLRenderer, scene: Scene, camera: Camera, width: number, height: number): void {
    const small = Math.max(1, Math.round(width * this.scale));
    const low = Math.max(1, Math.round(height * this.scale));
    if (!this.texture) {
      this.texture = new FramebufferTexture(small, low);
      this.texture.magFilter = LinearFilter;
      this.texture.minFilter = LinearFilter;
      this.quad.setTexture(this.texture);
    }
    camera.layers.set(LAYER_OF_MODELS);
    renderer.setClearColor(0x000000, 0);
    renderer.setViewport(0, 0, small, low);
    renderer.render(scene, camera);
    renderer.copyFramebufferToTexture(this.texture);
    renderer.setViewport(0, 0, width, height);
    camera.layers.set(LAYER_OF_QUADS);
    // Everything has its place already.
    scene.matrixWorldAutoUpdate = false;
    this.quad.setOn(true);
  }

  /** Gives the camera back. */
  end(scene: Scene, camera: Camera): void {
    scene.matrixWorldAutoUpdate = true;
    camera.layers.enable(LAYER_OF_MODELS);
    this.quad.setOn(false);
  }

  /** The canvas has another size now. */
  forget(): void {
    this.quad.setTexture(null);
    this.texture?.dispose();
    this.texture = null;
  }

  dispose(): void {
    this.forget();
    this.quad.dispose();
  }
}
