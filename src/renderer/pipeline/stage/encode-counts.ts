import { programmeNowMs } from '../clock.ts';
import { SampleWindow } from '../metrics.ts';

const PENDING = 64;

/** Counts and times of one rendition since go-live. Allocates nothing per picture. */
export class EncodeCounts {
  frames = 0;
  keyFrames = 0;
  bytes = 0;
  skipped = 0;
  readonly encodeMs = new SampleWindow();
  readonly latencyMs = new SampleWindow();
  private readonly pendingUs = new Float64Array(PENDING);
  private readonly pendingStart = new Float64Array(PENDING);
  private readonly pendingCamera = new Float64Array(PENDING);
  private next = 0;

  reset(): void {
    this.frames = 0;
    this.keyFrames = 0;
    this.bytes = 0;
    this.skipped = 0;
    this.encodeMs.reset();
    this.latencyMs.reset();
    this.pendingUs.fill(-1);
  }

  /** A picture goes to the encoder. @param capturedAtMs of the camera frame behind it; 0: none new. */
  begin(timestampUs: number, capturedAtMs: number): void {
    const slot = this.next;
    this.next = (slot + 1) % PENDING;
    this.pendingUs[slot] = timestampUs;
    this.pendingStart[slot] = programmeNowMs();
    this.pendingCamera[slot] = capturedAtMs;
  }

  /** The picture of this time was sent. */
  sent(timestampUs: number, bytes: number, key: boolean): void {
    this.frames++;
    if (key) this.keyFrames++;
    this.bytes += bytes;
    const slot = this.pendingUs.indexOf(timestampUs);
    if (slot < 0) return;
    const now = programmeNowMs();
    this.encodeMs.add(now - this.pendingStart[slot]!);
    if (this.pendingCamera[slot]! > 0) this.latencyMs.add(now - this.pendingCamera[slot]!);
    this.pendingUs[slot] = -1;
  }
}
