import { programmeNowMs } from '../clock.ts';
import { RateMeter } from '../metrics.ts';
import type { CaptureLayer } from './capture-layer.ts';
import type { StageMetrics } from './messages.ts';

/** Reads the captured screen as fast as it comes and leaves the newest frame with the layer. */
export class CaptureReader {
  private readonly layer: CaptureLayer;
  private readonly rate = new RateMeter();
  private reader: ReadableStreamDefaultReader<VideoFrame> | null = null;
  private width = 0;
  private height = 0;

  constructor(layer: CaptureLayer) {
    this.layer = layer;
  }

  /** Takes the stream over; the one before is ended. */
  set(frames: ReadableStream<VideoFrame> | null): void {
    // A stream that has failed already has nothing left to cancel.
    this.reader?.cancel().catch(() => undefined);
    this.reader = null;
    this.hide();
    if (!frames) return;
    const reader = frames.getReader();
    this.reader = reader;
    void this.read(reader);
  }

  hide(): void {
    this.width = 0;
    this.height = 0;
    this.layer.clear();
  }

  metrics(nowMs: number): StageMetrics['capture'] {
    const { width, height } = this;
    return { width, height, fps: width > 0 ? this.rate.perSecond(nowMs) : 0 };
  }

  private async read(reader: ReadableStreamDefaultReader<VideoFrame>): Promise<void> {
    try {
      for (;;) {
        const { value: frame } = await reader.read();
        if (!frame) break;
        if (reader !== this.reader) {
          frame.close();
          return;
        }
        this.width = frame.displayWidth;
        this.height = frame.displayHeight;
        this.rate.tick(programmeNowMs());
        this.layer.take(frame);
      }
    } catch {
      // A capturer that fails ends; the window hears of it by its track and tells the user.
    }
    if (reader === this.reader) {
      this.reader = null;
      this.hide();
    }
  }
}
