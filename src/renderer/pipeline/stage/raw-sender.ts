import { MEDIA_HEADER_BYTES, rawPictureBytes, writeRawHeader } from '../../../shared/domain/media-packet.ts';
import type { Reason } from '../../../shared/errors.ts';
import { drawCard } from './card.ts';
import type { EncodeCounts } from './encode-counts.ts';
import { type PixelOrder, toI420 } from './i420.ts';
import { PictureFit } from './picture-fit.ts';
import type { PacketSink } from './rendition-encoder.ts';

/** Reading back takes longer than a picture lasts on slow machines; more than this only adds delay. */
const IN_FLIGHT = 2;
/** As many as of the encoders, so that both sources are read alike. */
const CARDS = 2;

/** A picture on its way from the graphics memory. */
interface Slot {
  pixels: Uint8Array<ArrayBuffer>;
  state: 'free' | 'reading' | 'read' | 'failed';
  order: PixelOrder;
  timestampUs: number;
  /** Of the configuration it belongs to. */
  turn: number;
}

/**
 * Sends the programme as I420 pictures, which the media process encodes. Chromium reads canvases back as RGB only, so
 * they are converted here.
 */
export class RawSender {
  private readonly sink: PacketSink;
  private readonly counts: EncodeCounts;
  private readonly onError: (reason: Reason, detail: string) => void;
  private width = 0;
  private height = 0;
  private epoch = 0;
  private turn = 0;
  private fit: PictureFit | null = null;
  private slots: Slot[] = [];
  /** Where the next picture goes, and where the next to be sent lies. */
  private next = 0;
  private oldest = 0;
  private failing = false;
  private packet = new Uint8Array(0);
  private payload = this.packet;
  private view = new DataView(this.packet.buffer);
  private card: Uint8Array<ArrayBuffer> | null = null;
  private readonly frameInit: VideoFrameInit = { timestamp: 0, alpha: 'discard' };
  private readonly asRgba: VideoFrameCopyToOptions = { format: 'RGBA' };

  constructor(sink: PacketSink, counts: EncodeCounts, onError: (reason: Reason, detail: string) => void) {
    this.sink = sink;
    this.counts = counts;
    this.onError = onError;
  }

  get active(): boolean {
    return this.epoch !== 0;
  }

  /** Pictures are still on their way. */
  get draining(): boolean {
    return !this.active && this.slots.some((slot) => slot.state !== 'free');
  }

  get reason(): Reason | null {
    return this.failing ? 'encoder.failed' : null;
  }

  /** As many pictures as may be are on their way. */
  get saturated(): boolean {
    return this.active && this.slots[this.next]!.state !== 'free';
  }

  /** Begins with the cards; told the same again, nothing happens. Sides are even. */
  start(width: number, height: number, epoch: number): void {
    if (this.width === width && this.height === height && this.epoch === epoch) return;
    this.turn++;
    this.width = width;
    this.height = height;
    this.epoch = epoch;
    this.failing = false;
    this.fit = null;
    this.next = this.oldest = 0;
    this.slots = Array.from({ length: IN_FLIGHT }, (): Slot => {
      const pixels = new Uint8Array(width * height * 4);
      return { pixels, state: 'free', order: 'rgb', timestampUs: 0, turn: this.turn };
    });
    this.packet = new Uint8Array(MEDIA_HEADER_BYTES + rawPictureBytes(width, height));
    this.payload = this.packet.subarray(MEDIA_HEADER_BYTES);
    this.view = new DataView(this.packet.buffer);
    this.card = this.makeCard();
    this.sendCards();
  }

  /** Ends it; pictures on their way are sent. */
  stop(): void {
    this.epoch = 0;
    this.card = null;
    this.release();
  }

  /** Ends it with the pictures on their way. */
  drop(): void {
    this.turn++;
    this.slots = [];
    this.stop();
  }

  /** A new connection: its media process knows nothing yet. */
  connected(): void {
    this.sendCards();
  }

  skip(): void {
    this.counts.skipped++;
  }

  /**
   * Sends what is on the canvas now, as soon as it has been read back.
   * @param timestampUs strictly greater than that of the call before.
   * @param capturedAtMs when the camera frame behind this picture was taken; 0: none new.
   */
  encode(canvas: OffscreenCanvas, timestampUs: number, capturedAtMs: number): void {
    if (this.saturated || this.sink.full) {
      this.skip();
      return;
    }
    const { width, height } = this;
    let source = canvas;
    if (canvas.width !== width || canvas.height !== height) {
      this.fit ??= new PictureFit({ width, height });
      source = this.fit.draw(canvas);
    }
    const slot = this.slots[this.next]!;
    this.next = (this.next + 1) % IN_FLIGHT;
    slot.state = 'reading';
    slot.timestampUs = timestampUs;
    this.counts.begin(timestampUs, capturedAtMs);
    this.frameInit.timestamp = timestampUs;
    void this.read(new VideoFrame(source, this.frameInit), slot, this.epoch);
  }

  private async read(frame: VideoFrame, slot: Slot, epoch: number): Promise<void> {
    try {
      const { format } = frame;
      slot.order = format === 'BGRA' || format === 'BGRX' ? 'bgr' : 'rgb';
      const asIs = slot.order === 'bgr' || format === 'RGBA' || format === 'RGBX';
      await (asIs ? frame.copyTo(slot.pixels) : frame.copyTo(slot.pixels, this.asRgba));
      slot.state = 'read';
      this.failing = false;
    } catch (error) {
      slot.state = 'failed';
      // Said once per failure, not once per picture.
      if (!this.failing) this.onError('encoder.failed', `raw: ${String(error)}`);
      this.failing = true;
      this.skip();
    } finally {
      frame.close();
    }
    // Pictures of another size would look like a change back.
    if (slot.turn !== this.turn) return;
    this.sendRead(epoch);
    if (!this.active) this.release();
  }

  /** Gives the memory back once nothing is read into it any more. */
  private release(): void {
    if (this.slots.every((slot) => slot.state === 'free')) this.slots = [];
  }

  /** Sends what has been read, in the order of time: one that was read first may be the later one. */
  private sendRead(epoch: number): void {
    for (let i = 0; i < IN_FLIGHT; i++) {
      const slot = this.slots[this.oldest]!;
      if (slot.state === 'reading' || slot.state === 'free') return;
      this.oldest = (this.oldest + 1) % IN_FLIGHT;
      const read = slot.state === 'read';
      slot.state = 'free';
      if (!read) continue;
      toI420(slot.pixels, slot.order, this.width, this.height, this.payload);
      writeRawHeader(this.view, this.width, this.height, epoch, slot.timestampUs);
      this.sink.send(this.packet);
      this.counts.sent(slot.timestampUs, this.payload.byteLength, false);
    }
  }

  private makeCard(): Uint8Array<ArrayBuffer> {
    const { width, height } = this;
    const pixels = drawCard(width, height, null).getContext('2d')!.getImageData(0, 0, width, height).data;
    const card = new Uint8Array(this.packet.byteLength);
    toI420(new Uint8Array(pixels.buffer), 'rgb', width, height, card.subarray(MEDIA_HEADER_BYTES));
    writeRawHeader(new DataView(card.buffer), width, height, this.epoch, 0, true);
    return card;
  }

  private sendCards(): void {
    if (!this.card) return;
    for (let i = 0; i < CARDS; i++) this.sink.send(this.card);
  }
}
