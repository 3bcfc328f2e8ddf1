import type { SolvedFace } from '../../../shared/domain/solved-face.ts';
import { type Reason, toReasonError } from '../../../shared/errors.ts';
import { ContactSheet } from './contact-sheet.ts';
import type { CameraCell, StageCommand, StageEvent } from './messages.ts';
import type { Programme } from './programme.ts';

const THUMBNAIL_SIDE = 256;

type Png = Extract<StageEvent, { png: ArrayBuffer }>;
type Named = Png extends infer P ? (P extends Png ? Omit<P, 'png'> : never) : never;

/** Pictures that somebody asked for: of the programme, of camera and avatar side by side, of the avatar alone. */
export class StagePictures {
  private readonly programme: Programme;
  private readonly post: (event: StageEvent, transfer: Transferable[]) => void;
  private readonly complain: (reason: Reason, detail: string) => void;
  private readonly snapshots: number[] = [];
  private sheet: { id: number; sheet: ContactSheet; port: MessagePort } | null = null;
  /** Avatar whose portrait is wanted. */
  private unpictured: string | null = null;
  /** Panic hides the camera from the sheet, too. */
  panic = false;

  constructor(
    programme: Programme,
    post: (event: StageEvent, transfer: Transferable[]) => void,
    complain: (reason: Reason, detail: string) => void,
  ) {
    this.programme = programme;
    this.post = post;
    this.complain = complain;
  }

  takeSnapshot(id: number): void {
    this.snapshots.push(id);
  }

  takeThumbnail(avatarId: string): void {
    this.unpictured = avatarId;
  }

  beginSheet({ id, rows, everyMs, port }: Extract<StageCommand, { type: 'contactSheet' }>): void {
    this.endSheet();
    const { width, height } = this.programme.canvas;
    const sheet = new ContactSheet(rows, everyMs, width, height);
    this.sheet = { id, sheet, port };
    port.onmessage = (message: MessageEvent<CameraCell>) => {
      if (this.panic) message.data.bitmap?.close();
      else sheet.addCamera(message.data);
      this.finishSheet();
    };
  }

  /**
   * After a picture was drawn, in the same task.
   * @param shownAtMs camera time of what it shows; 0: the face does not drive it
   * @param avatarId the avatar that has been shown; null: none yet
   */
  afterPicture(shownAtMs: number, face: SolvedFace, avatarId: string | null): void {
    const { programme } = this;
    if (this.sheet && shownAtMs > 0) {
      this.sheet.sheet.addAvatar(programme.canvas, shownAtMs, face);
      this.finishSheet();
    }
    while (this.snapshots.length > 0) {
      const id = this.snapshots.shift()!;
      void this.send(
        { type: 'picture', id, kind: 'snapshot' },
        programme.canvas.convertToBlob({ type: 'image/png' }),
      );
    }
    // Last: it paints over the programme's canvas, which the next tick draws anew.
    if (avatarId && this.unpictured === avatarId && !this.panic) this.portrait(avatarId);
  }

  dispose(): void {
    this.endSheet();
  }

  private portrait(avatarId: string): void {
    this.unpictured = null;
    const portrait = this.programme.portrait(THUMBNAIL_SIDE);
    if (portrait) {
      void this.send({ type: 'thumbnail', avatarId }, portrait.convertToBlob({ type: 'image/png' }));
    }
  }

  private finishSheet(): void {
    if (!this.sheet?.sheet.complete) return;
    const { id, sheet } = this.sheet;
    void this.send({ type: 'picture', id, kind: 'contact-sheet' }, sheet.toPng());
    this.endSheet();
  }

  private endSheet(): void {
    this.sheet?.port.close();
    this.sheet?.sheet.dispose();
    this.sheet = null;
  }

  private async send(named: Named, blob: Promise<Blob>): Promise<void> {
    try {
      const png = await (await blob).arrayBuffer();
      this.post({ ...named, png }, [png]);
    } catch (error) {
      this.complain('internal.unexpected', `${named.type}: ${toReasonError(error).message}`);
    }
  }
}
