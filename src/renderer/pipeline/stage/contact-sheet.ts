import { ARKIT_INDEX } from '../../../shared/domain/arkit.ts';
import type { SolvedFace } from '../../../shared/domain/solved-face.ts';
import type { CameraCell } from './messages.ts';

const CELL_WIDTH = 320;
const GAP = 12;
const TITLE = 52;
const HEADS = 26;
const LABEL = 24;
const KEEP = 10;
/** Camera and avatar pictures farther apart than this are of different moments. */
const PARTNER_MS = 60;
const DEG = 180 / Math.PI;
const FONT = '"Inter Variable", Inter, "Helvetica Neue", Arial, sans-serif';

/** Without the sign of a rounded zero. */
const whole = (value: number): string => String(Math.round(value) + 0);

interface AvatarCell {
  shownAtMs: number;
  yaw: number;
  pitch: number;
  jaw: number;
  readonly canvas: OffscreenCanvas;
}

/**
 * Collects rows of camera | landmarks | avatar, each of one moment, and draws them as one picture.
 * The camera picture arrives some ticks after the avatar has used its landmarks, so the last avatar pictures
 * are kept until then.
 */
export class ContactSheet {
  private readonly rows: number;
  private readonly everyMs: number;
  private readonly cellHeight: number;
  private readonly sheet: OffscreenCanvas;
  private readonly context: OffscreenCanvasRenderingContext2D;
  private readonly avatars: AvatarCell[] = [];
  private next = 0;
  private filled = 0;
  private firstMs = 0;
  private lastMs = Number.NEGATIVE_INFINITY;
  private readonly waiting: CameraCell[] = [];

  /** @param width programme size; the cells keep its aspect ratio. */
  constructor(rows: number, everyMs: number, width: number, height: number) {
    this.rows = rows;
    this.everyMs = everyMs;
    this.cellHeight = Math.round((CELL_WIDTH * height) / width);
    for (let i = 0; i < KEEP; i++) {
      const canvas = new OffscreenCanvas(CELL_WIDTH, this.cellHeight);
      this.avatars.push({ shownAtMs: 0, yaw: 0, pitch: 0, jaw: 0, canvas });
    }
    this.sheet = new OffscreenCanvas(
      CELL_WIDTH * 3 + GAP * 4,
      TITLE + HEADS + rows * (this.cellHeight + LABEL + GAP),
    );
    this.context = this.sheet.getContext('2d', { alpha: false })!;
    this.drawFrame();
  }

  get complete(): boolean {
    return this.filled >= this.rows;
  }

  /** @param shownAtMs camera time of what the programme shows */
  addAvatar(programme: OffscreenCanvas, shownAtMs: number, face: SolvedFace): void {
    const cell = this.avatars[this.next]!;
    this.next = (this.next + 1) % KEEP;
    cell.shownAtMs = shownAtMs;
    cell.yaw = face.yaw * DEG;
    cell.pitch = face.pitch * DEG;
    cell.jaw = face.channels[ARKIT_INDEX.jawOpen]!;
    const context = cell.canvas.getContext('2d', { alpha: false })!;
    context.fillStyle = '#000';
    context.fillRect(0, 0, CELL_WIDTH, this.cellHeight);
    context.imageSmoothingQuality = 'high';
    context.drawImage(programme, 0, 0, CELL_WIDTH, this.cellHeight);
    this.match();
  }

  /** Takes the bitmap over. */
  addCamera(cell: CameraCell): void {
    if (this.complete || cell.capturedAtMs - this.lastMs < this.everyMs) {
      cell.bitmap?.close();
      return;
    }
    this.waiting.push(cell);
    this.match();
    while (this.waiting.length > KEEP) this.waiting.shift()!.bitmap?.close();
  }

  toPng(): Promise<Blob> {
    return this.sheet.convertToBlob({ type: 'image/png' });
  }

  /** Frees pictures that never found their partner. */
  dispose(): void {
    for (const cell of this.waiting.splice(0)) cell.bitmap?.close();
  }

  private match(): void {
    for (let i = 0; i < this.waiting.length && !this.complete; i++) {
      const camera = this.waiting[i]!;
      const avatar = this.partnerOf(camera.capturedAtMs);
      if (!avatar) continue;
      this.waiting.splice(i--, 1);
      if (camera.capturedAtMs - this.lastMs >= this.everyMs) {
        this.drawRow(camera, avatar);
        this.lastMs = camera.capturedAtMs;
        this.filled++;
      }
      camera.bitmap?.close();
    }
  }

  /** The avatar picture nearest to a camera picture, once the avatar has shown that moment. */
  private partnerOf(capturedAtMs: number): AvatarCell | null {
    let nearest: AvatarCell | null = null;
    let shown = false;
    for (const one of this.avatars) {
      if (one.shownAtMs >= capturedAtMs) shown = true;
      const distance = Math.abs(one.shownAtMs - capturedAtMs);
      if (distance <= PARTNER_MS && (!nearest || distance < Math.abs(nearest.shownAtMs - capturedAtMs)))
        nearest = one;
    }
    return shown ? nearest : null;
  }

  private drawFrame(): void {
    const { context, sheet } = this;
    context.fillStyle = '#12141b';
    context.fillRect(0, 0, sheet.width, sheet.height);
    context.fillStyle = '#f2f4fb';
    context.font = `600 20px ${FONT}`;
    context.textBaseline = 'middle';
    context.fillText('VIDA³ Studio · camera to avatar', GAP, TITLE / 2 + 2);
    context.font = `500 14px ${FONT}`;
    context.fillStyle = '#a9b2c9';
    ['Camera', 'Landmarks', 'Avatar'].forEach((head, column) => {
      context.fillText(head, GAP + column * (CELL_WIDTH + GAP), TITLE + HEADS / 2 - 2);
    });
  }

  private drawRow(camera: CameraCell, avatar: AvatarCell): void {
    const { context, cellHeight } = this;
    const top = TITLE + HEADS + this.filled * (cellHeight + LABEL + GAP);
    const column = (index: number): number => GAP + index * (CELL_WIDTH + GAP);
    if (this.filled === 0) this.firstMs = camera.capturedAtMs;
    context.imageSmoothingQuality = 'high';
    this.drawCamera(camera, column(0), top, 1);
    this.drawCamera(camera, column(1), top, 0.35);
    context.drawImage(avatar.canvas, column(2), top);
    const seconds = (camera.capturedAtMs - this.firstMs) / 1000;
    context.fillStyle = '#c8d0e4';
    context.font = `500 13px ${FONT}`;
    const label = top + cellHeight + LABEL / 2 + 1;
    context.fillText(`${seconds.toFixed(2)} s`, column(0), label);
    context.fillText(camera.found ? '478 landmarks' : 'no face', column(1), label);
    context.fillText(
      `yaw ${whole(avatar.yaw)}°   pitch ${whole(avatar.pitch)}°   jaw ${avatar.jaw.toFixed(2)}`,
      column(2),
      label,
    );
  }

  /** The camera picture fitted into a cell, and from the second column on its landmarks. */
  private drawCamera(camera: CameraCell, left: number, top: number, light: number): void {
    const { context, cellHeight } = this;
    const { bitmap } = camera;
    context.fillStyle = '#05060a';
    context.fillRect(left, top, CELL_WIDTH, cellHeight);
    const aspect = bitmap ? bitmap.width / bitmap.height : CELL_WIDTH / cellHeight;
    const width = Math.min(CELL_WIDTH, cellHeight * aspect);
    const height = width / aspect;
    const x = left + (CELL_WIDTH - width) / 2;
    const y = top + (cellHeight - height) / 2;
    if (bitmap) {
      context.globalAlpha = light;
      context.drawImage(bitmap, x, y, width, height);
      context.globalAlpha = 1;
    }
    if (light === 1 || !camera.found) return;
    context.fillStyle = '#7fe3c4';
    const { landmarks } = camera;
    for (let i = 0; i + 2 < landmarks.length; i += 3) {
      context.fillRect(x + landmarks[i]! * width - 0.7, y + landmarks[i + 1]! * height - 0.7, 1.4, 1.4);
    }
  }
}
