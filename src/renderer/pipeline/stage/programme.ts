import { Color, type Group, PerspectiveCamera, Scene, type Texture, WebGLRenderer } from 'three';
import type { SolvedFace } from '../../../shared/domain/solved-face.ts';
import { coverCanvas, pictureTexture } from './background.ts';
import { drawCard } from './card.ts';
import { frameShot } from './framing.ts';
import { aimLights, createLights } from './lights.ts';
import type { Quality } from './quality.ts';
import type { AvatarRig } from './rig/rig.ts';

export type Backdrop =
  | { readonly kind: 'color'; readonly color: string }
  | { readonly kind: 'image'; readonly bitmap: ImageBitmap }
  | { readonly kind: 'transparent' };

/** The programme picture: one avatar in front of one background, or the card. Knows no clock and no network. */
export class Programme {
  readonly canvas: OffscreenCanvas;
  readonly quality: Quality;
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly cardScene = new Scene();
  private readonly camera = new PerspectiveCamera();
  private readonly lights: Group;
  private readonly clear = new Color();
  private clearAlpha = 1;
  private backdrop: Backdrop = { kind: 'color', color: '#20242f' };
  private backdropTexture: Texture | null = null;
  private cardTexture: Texture | null = null;
  private avatar: AvatarRig | null = null;
  private card = false;

  /** @throws Error when the machine gives no WebGL2 context. */
  constructor(width: number, height: number, quality: Quality) {
    this.quality = quality;
    this.canvas = new OffscreenCanvas(width, height);
    this.renderer = new WebGLRenderer({
      canvas: this.canvas,
      alpha: true,
      antialias: quality === 'full',
      powerPreference: 'high-performance',
    });
    this.lights = createLights(quality);
    this.scene.add(this.lights);
    this.setSize(width, height);
  }

  get rig(): AvatarRig | null {
    return this.avatar;
  }

  get transparent(): boolean {
    return this.backdrop.kind === 'transparent' && !this.card;
  }

  setSize(width: number, height: number): void {
    this.renderer.setSize(width, height, false);
    this.reframe();
    this.showBackdrop();
    this.cardTexture?.dispose();
    this.cardTexture = pictureTexture(drawCard(width, height));
    this.cardScene.background = this.cardTexture;
  }

  /** Takes the bitmap over and closes it when it is replaced. */
  setBackdrop(backdrop: Backdrop): void {
    if (this.backdrop.kind === 'image') this.backdrop.bitmap.close();
    this.backdrop = backdrop;
    this.showBackdrop();
  }

  /** Compiles what the rig needs, so that showing it does not hold up the pictures. */
  async prepare(rig: AvatarRig): Promise<void> {
    await this.renderer.compileAsync(rig.root, this.camera, this.scene);
  }

  /** Takes the rig over; the one shown before is disposed. */
  setAvatar(rig: AvatarRig): void {
    this.avatar?.dispose();
    this.avatar = rig;
    this.scene.add(rig.root);
    this.reframe();
  }

  setCard(on: boolean): void {
    this.card = on;
  }

  /** Poses the avatar and draws one picture. @param dt seconds since the last one. */
  draw(face: SolvedFace, dt: number): void {
    this.avatar?.apply(face, dt);
    if (this.card) {
      this.renderer.setClearColor(0x12151f, 1);
      this.renderer.render(this.cardScene, this.camera);
      return;
    }
    this.renderer.setClearColor(this.clear, this.clearAlpha);
    this.renderer.render(this.scene, this.camera);
  }

  /** Waits until the picture is drawn. @param pixel four bytes to read one pixel into. */
  finish(pixel: Uint8Array): void {
    const gl = this.renderer.getContext();
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  }

  dispose(): void {
    this.avatar?.dispose();
    this.avatar = null;
    if (this.backdrop.kind === 'image') this.backdrop.bitmap.close();
    this.backdropTexture?.dispose();
    this.cardTexture?.dispose();
    this.renderer.dispose();
  }

  private reframe(): void {
    const { width, height } = this.canvas;
    this.camera.aspect = width / height;
    if (this.avatar) {
      const shot = frameShot(this.avatar.head, width / height);
      this.camera.fov = shot.fovDeg;
      this.camera.near = shot.near;
      this.camera.far = shot.far;
      this.camera.position.set(shot.x, shot.y, shot.z);
    }
    this.camera.updateProjectionMatrix();
    aimLights(this.lights, this.camera);
  }

  private showBackdrop(): void {
    this.backdropTexture?.dispose();
    this.backdropTexture = null;
    this.scene.background = null;
    this.clearAlpha = 1;
    if (this.backdrop.kind === 'color') {
      this.clear.set(this.backdrop.color);
    } else if (this.backdrop.kind === 'image') {
      const { width, height } = this.canvas;
      this.backdropTexture = pictureTexture(coverCanvas(this.backdrop.bitmap, width, height));
      this.scene.background = this.backdropTexture;
    } else {
      this.clear.set(0x000000);
      this.clearAlpha = 0;
    }
  }
}
