import { type Group, PerspectiveCamera, Scene, type Texture, WebGLRenderer } from 'three';
import { type AvatarPose, createAvatarPose } from '../../../shared/domain/avatar-pose.ts';
import { namedPlacement, type Placement } from '../../../shared/domain/scene.ts';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import texts from '../../../shared/locale/en/programme.json' with { type: 'json' };
import { easeRotations } from '../solver/compose/ease.ts';
import { pictureTexture } from './background.ts';
import { CaptureLayer } from './capture-layer.ts';
import { drawCard } from './card.ts';
import { FadeLayer } from './fade-layer.ts';
import { frameShot, type Shot } from './framing.ts';
import { viewOffset } from './layout.ts';
import { aimLights, createLights } from './lights.ts';
import { type Backdrop, BackdropLayer, OverlayLayer, type OverlayPicture } from './picture-layers.ts';
import { LAYER_OF_QUADS, Quad } from './quad.ts';
import type { Quality } from './quality.ts';
import type { AvatarRig } from './rig/rig.ts';
import { ScaledLayer } from './scaled-layer.ts';

/** Draw order of the layers; the avatar's own materials lie about zero. */
const ORDER = {
  backdrop: -20_000,
  capture: -10_000,
  scaled: 0,
  overlay: 10_000,
  away: 15_000,
  fade: 20_000,
} as const;

type SceneAvatar = StudioSnapshot['scene']['avatar'];

/**
 * The programme picture, back to front: background, captured screen, avatar, overlay, and the scene before while it
 * fades; or the card. Knows no clock and no network.
 */
export class Programme {
  readonly canvas: OffscreenCanvas;
  readonly quality: Quality;
  readonly capture = new CaptureLayer(ORDER.capture);
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly cardScene = new Scene();
  private readonly camera = new PerspectiveCamera();
  private readonly lights: Group;
  private readonly backdrop = new BackdropLayer(ORDER.backdrop);
  private readonly overlay = new OverlayLayer(ORDER.overlay);
  private readonly scaled = new ScaledLayer(ORDER.scaled);
  private readonly fade = new FadeLayer(ORDER.fade);
  private readonly cardQuad = new Quad(0, 'cover');
  private cardTexture: Texture | null = null;
  private readonly awayQuad = new Quad(ORDER.away, 'over');
  private awayTexture: Texture | null = null;
  private avatar: AvatarRig | null = null;
  private placed: SceneAvatar = { shown: true, placement: namedPlacement('full') };
  private previewed: Placement | null = null;
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
    this.camera.layers.enable(LAYER_OF_QUADS);
    for (const { quad } of this.layers()) this.scene.add(quad.mesh);
    this.awayQuad.setOn(false);
    this.scene.add(this.awayQuad.mesh);
    this.cardScene.add(this.cardQuad.mesh);
    this.setSize(width, height);
    // Now, not in the middle of the first fade.
    this.renderer.compile(this.scene, this.camera);
  }

  get rig(): AvatarRig | null {
    return this.avatar;
  }

  get transparent(): boolean {
    return this.backdrop.transparent && !this.card;
  }

  setSize(width: number, height: number): void {
    this.renderer.setSize(width, height, false);
    this.reframe();
    this.backdrop.setSize(width, height);
    this.capture.setSize(width, height);
    this.overlay.setSize(width, height);
    this.scaled.forget();
    this.fade.cancel();
    this.cardTexture?.dispose();
    this.cardTexture = pictureTexture(drawCard(width, height, null));
    this.cardQuad.setTexture(this.cardTexture);
    this.awayTexture?.dispose();
    this.awayTexture = pictureTexture(drawCard(width, height, texts.beRightBack));
    this.awayQuad.setTexture(this.awayTexture);
  }

  setBackdrop(backdrop: Backdrop): void {
    this.backdrop.set(backdrop);
  }

  setOverlay(overlay: OverlayPicture | null): void {
    this.overlay.set(overlay);
  }

  /** Shows or hides the avatar, which goes on being posed, and puts it in its place. */
  setPlacement(placed: SceneAvatar): void {
    this.placed = placed;
    this.showAvatar();
    this.reframe();
  }

  /** A place shown instead of the scene's while somebody drags; null: the scene's. */
  previewPlacement(placement: Placement | null): void {
    this.previewed = placement;
    this.reframe();
  }

  /** Keeps what was drawn last and fades it out over what is drawn next; in the task that drew it. */
  beginFade(): void {
    if (this.card) this.fade.cancel();
    else this.fade.begin(this.renderer, this.canvas.width, this.canvas.height);
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
    this.showAvatar();
    this.reframe();
  }

  /**
   * Draws the avatar smaller and enlarges it; size of the picture and everything flat on it stay as they are.
   * @param step 0 full size, 1 85 %, 2 70 %, 3 50 % of each side
   */
  setRenderScale(step: number): void {
    this.scaled.setStep(step);
  }

  /** Fades the «be right back» card in before everything, or out again; in the task that drew the last picture. */
  setAway(on: boolean): void {
    if (this.awayQuad.visible === on) return;
    this.beginFade();
    this.awayQuad.setOn(on);
  }

  setCard(on: boolean): void {
    this.card = on;
  }

  /** Poses the avatar and draws one picture. @param dt seconds since the last one. */
  draw(face: AvatarPose, dt: number): void {
    this.avatar?.apply(face, dt);
    this.fade.advance(dt);
    if (this.card) {
      this.renderer.setClearColor(0x12151f, 1);
      this.renderer.render(this.cardScene, this.camera);
      return;
    }
    const { renderer, scene, camera, scaled } = this;
    const small = scaled.active && this.avatar?.root.visible === true;
    if (small) scaled.begin(renderer, scene, camera, this.canvas.width, this.canvas.height);
    this.backdrop.applyClear(renderer);
    this.capture.begin();
    renderer.render(scene, camera);
    this.capture.end();
    if (small) scaled.end(scene, camera);
  }

  /**
   * Head and shoulders of the avatar at rest on nothing, square. Drawn on the programme's own canvas, because shaders
   * compiled for another target would hold up the pictures; the next draw() paints over it.
   * @returns null while there is no avatar
   */
  portrait(size: number): OffscreenCanvas | null {
    const rig = this.avatar;
    if (!rig) return null;
    const { renderer, camera, canvas } = this;
    const { width, height } = canvas;
    const side = Math.min(size, width, height);
    const visible = this.scene.children.filter((child) => child.visible);
    for (const child of visible) child.visible = child === rig.root || child === this.lights;
    rig.root.visible = true;
    const pose = createAvatarPose();
    easeRotations(pose.rotations);
    rig.apply(pose, 0);
    this.aim(frameShot(rig.head, 1), 1, null);
    renderer.setClearColor(0x000000, 0);
    renderer.setViewport(0, 0, side, side);
    renderer.render(this.scene, camera);
    const picture = new OffscreenCanvas(size, size);
    picture.getContext('2d')!.drawImage(canvas, 0, height - side, side, side, 0, 0, size, size);
    renderer.setViewport(0, 0, width, height);
    for (const child of visible) child.visible = true;
    this.showAvatar();
    this.reframe();
    return picture;
  }

  /** Waits until the picture is drawn. @param pixel four bytes to read one pixel into. */
  finish(pixel: Uint8Array): void {
    const gl = this.renderer.getContext();
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  }

  dispose(): void {
    this.avatar?.dispose();
    this.avatar = null;
    for (const layer of this.layers()) layer.dispose();
    this.cardTexture?.dispose();
    this.awayTexture?.dispose();
    this.awayQuad.dispose();
    this.cardQuad.dispose();
    this.renderer.dispose();
  }

  private layers(): readonly { readonly quad: Quad; dispose(): void }[] {
    return [this.backdrop, this.capture, this.scaled, this.overlay, this.fade];
  }

  private showAvatar(): void {
    if (this.avatar) this.avatar.root.visible = this.placed.shown;
  }

  private reframe(): void {
    if (!this.avatar) return;
    const { width, height } = this.canvas;
    const aspect = width / height;
    this.aim(frameShot(this.avatar.head, aspect), aspect, this.previewed ?? this.placed.placement);
  }

  private aim(shot: Shot, aspect: number, placement: Placement | null): void {
    const { camera } = this;
    const { width, height } = this.canvas;
    camera.aspect = aspect;
    camera.fov = shot.fovDeg;
    camera.near = shot.near;
    camera.far = shot.far;
    camera.position.set(shot.x, shot.y, shot.z);
    const view = placement && viewOffset(placement, width, height);
    if (view) camera.setViewOffset(view.fullWidth, view.fullHeight, view.x, view.y, width, height);
    else camera.clearViewOffset();
    camera.updateProjectionMatrix();
    aimLights(this.lights, camera);
  }
}
