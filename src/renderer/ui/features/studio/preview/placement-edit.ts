import type { Placement } from '../../../../../shared/domain/scene.ts';

export interface PlacementEdges {
  /** Moves the frame on the screen. */
  draw(placement: Placement): void;
  /** Shows it on the programme without saving it; null: as it is saved. */
  preview(placement: Placement | null): void;
  /** @returns whether it was saved */
  save(sceneId: string, placement: Placement): Promise<boolean>;
  /** It is saved. */
  settled(placement: Placement): void;
  /** Calls back before the next picture of the screen; returns what prevents it. */
  nextFrame(callback: () => void): () => void;
}

/**
 * One change of the avatar's place from its first move to its save: seen at once, at most once per picture of the
 * screen, saved when the hand rests. Knows no React, since a drag moves faster than React should.
 */
export class PlacementEdit {
  private readonly edges: PlacementEdges;
  private sceneId: string;
  private saved: Placement;
  private shown: Placement;
  /** Something is shown that is not saved yet. */
  private dirty = false;
  private cancelFrame: (() => void) | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(edges: PlacementEdges, sceneId: string, saved: Placement) {
    this.edges = edges;
    this.sceneId = sceneId;
    this.saved = saved;
    this.shown = saved;
  }

  get placement(): Placement {
    return this.shown;
  }

  get isDirty(): boolean {
    return this.dirty;
  }

  /** What main says. Another scene ends the change of the one before, saved if it was to be. */
  take(sceneId: string, saved: Placement): void {
    if (sceneId !== this.sceneId) {
      if (this.timer) this.saveNow();
      this.forget();
      this.edges.preview(null);
    }
    this.sceneId = sceneId;
    this.saved = saved;
    if (this.dirty) return;
    this.shown = saved;
    this.edges.draw(saved);
  }

  move(to: Placement): void {
    this.dirty = true;
    this.shown = to;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.cancelFrame ??= this.edges.nextFrame(() => {
      this.cancelFrame = null;
      this.edges.draw(this.shown);
      this.edges.preview(this.shown);
    });
  }

  /** Saves what is shown once nothing moved for so long. */
  settle(afterMs: number): void {
    if (!this.dirty) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.saveNow(), afterMs);
  }

  /** Back to what is saved. @returns whether there was anything to undo */
  cancel(): boolean {
    if (!this.dirty) return false;
    this.forget();
    this.shown = this.saved;
    this.edges.draw(this.saved);
    this.edges.preview(null);
    return true;
  }

  /** The overlay goes: what was to be saved is saved. */
  close(): void {
    if (this.timer) this.saveNow();
    else this.cancel();
  }

  private saveNow(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const { sceneId, shown } = this;
    void this.edges.save(sceneId, shown).then((saved) => {
      // Moved on meanwhile: the next save tells of it.
      if (this.sceneId !== sceneId || this.shown !== shown) return;
      if (!saved) {
        this.cancel();
        return;
      }
      this.forget();
      this.edges.preview(null);
      this.edges.settled(shown);
    });
  }

  private forget(): void {
    this.dirty = false;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.cancelFrame?.();
    this.cancelFrame = null;
  }
}
