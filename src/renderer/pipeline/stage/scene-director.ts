import { type Reason, toReasonError } from '../../../shared/errors.ts';
import { loadPicture } from './background.ts';
import type { StageScene } from './messages.ts';
import type { Backdrop, OverlayPicture } from './picture-layers.ts';
import type { Programme } from './programme.ts';

/** Why a picture that the scene names is not on it. */
export interface ScenePictures {
  readonly background: Reason | null;
  readonly overlay: Reason | null;
}

/** What a scene whose background is missing is drawn on. */
const PLAIN: Backdrop = { kind: 'color', color: '#20242f' };

/** A scene with all its pictures there; `backdrop` null keeps the one that is shown. */
interface ReadyScene {
  readonly scene: StageScene;
  readonly backdrop: Backdrop | null;
  readonly overlay: OverlayPicture | null;
}

/**
 * Brings scenes onto the programme: loads what they name, then changes everything in one picture. Another scene (a
 * later `turn`) fades in; changes of the shown one are there at once. The newest scene wins.
 */
export class SceneDirector {
  private readonly programme: Programme;
  private readonly told: (pictures: ScenePictures) => void;
  private readonly complain: (reason: Reason, detail: string) => void;
  private readonly bitmaps = new Map<string, ImageBitmap>();
  private asked = 0;
  /** The newest scene asked for, and what is on the programme. */
  private wanted: StageScene | null = null;
  private shown: StageScene | null = null;
  private backdrop: Backdrop | null = null;
  private overlay: OverlayPicture | null = null;
  /** Waits for the next picture, of which the fade takes its copy. */
  private staged: ReadyScene | null = null;

  constructor(
    programme: Programme,
    told: (pictures: ScenePictures) => void,
    complain: (reason: Reason, detail: string) => void,
  ) {
    this.programme = programme;
    this.told = told;
    this.complain = complain;
  }

  /** Shows a scene as soon as its pictures are loaded, in this very task where they are. */
  set(scene: StageScene): void {
    const asked = ++this.asked;
    this.wanted = scene;
    const missing = [
      scene.background.kind === 'image' ? this.load(scene.background.url, 'background') : null,
      scene.overlay ? this.load(scene.overlay.url, 'image') : null,
    ] as const;
    if (missing.every((one) => one === null)) {
      this.ready(scene, { background: null, overlay: null });
      return;
    }
    void Promise.all(missing).then(([background, overlay]) => {
      if (asked === this.asked) this.ready(scene, { background, overlay });
    });
  }

  /** After a picture was drawn and copied out, in the same task. */
  afterPicture(): void {
    const { staged } = this;
    if (!staged) return;
    this.staged = null;
    this.programme.beginFade();
    this.install(staged);
  }

  dispose(): void {
    this.asked++;
    this.staged = null;
    for (const bitmap of this.bitmaps.values()) bitmap.close();
    this.bitmaps.clear();
  }

  /** @returns null when the picture is there already; else its failure, or null once it is there */
  private load(url: string, kind: 'background' | 'image'): Promise<Reason | null> | null {
    if (this.bitmaps.has(url)) return null;
    return loadPicture(url, kind).then(
      (bitmap) => {
        // Two scenes may have asked for the same picture.
        if (this.bitmaps.has(url)) bitmap.close();
        else this.bitmaps.set(url, bitmap);
        return null;
      },
      (error: unknown) => {
        const { reason, message } = toReasonError(error);
        this.complain(reason, message);
        return reason;
      },
    );
  }

  private ready(scene: StageScene, pictures: ScenePictures): void {
    const fades = this.shown !== null && scene.turn > this.shown.turn;
    const ready: ReadyScene = {
      scene,
      // A picture that cannot be had leaves the scene with what it had; another scene has nothing to keep.
      backdrop: this.backdropOf(scene) ?? (fades ? PLAIN : null),
      overlay: this.overlayOf(scene),
    };
    this.told(pictures);
    if (fades) this.staged = ready;
    else {
      this.staged = null;
      this.install(ready);
    }
  }

  private backdropOf({ background }: StageScene): Backdrop | null {
    if (background.kind !== 'image') return background;
    const bitmap = this.bitmaps.get(background.url);
    return bitmap ? { kind: 'image', bitmap } : null;
  }

  private overlayOf({ overlay }: StageScene): OverlayPicture | null {
    const bitmap = overlay && this.bitmaps.get(overlay.url);
    return bitmap ? { ...overlay, bitmap } : null;
  }

  private install({ scene, backdrop, overlay }: ReadyScene): void {
    this.shown = scene;
    if (backdrop && !sameBackdrop(backdrop, this.backdrop)) {
      this.backdrop = backdrop;
      this.programme.setBackdrop(backdrop);
    }
    this.overlay = overlay;
    this.programme.setOverlay(overlay);
    this.programme.capture.set(scene.capture);
    this.programme.setPlacement(scene.avatar);
    this.forgetOthers();
  }

  /** Keeps the bitmaps of what is shown (it is drawn anew at another size) or awaited, and closes the rest. */
  private forgetOthers(): void {
    const { wanted, backdrop, overlay } = this;
    for (const [url, bitmap] of this.bitmaps) {
      const shown = bitmap === overlay?.bitmap || (backdrop?.kind === 'image' && bitmap === backdrop.bitmap);
      const awaited =
        url === wanted?.overlay?.url ||
        (wanted?.background.kind === 'image' && url === wanted.background.url);
      if (shown || awaited) continue;
      bitmap.close();
      this.bitmaps.delete(url);
    }
  }
}

function sameBackdrop(a: Backdrop, b: Backdrop | null): boolean {
  if (a.kind === 'image') return b?.kind === 'image' && a.bitmap === b.bitmap;
  if (a.kind === 'color') return b?.kind === 'color' && a.color === b.color;
  return b?.kind === 'transparent';
}
