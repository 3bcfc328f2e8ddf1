const WIDTH = 32;
const HEIGHT = 24;
const SAMPLE_EVERY_MS = 1000;
const BLACK_AFTER_MS = 3000;
/** Of 255. A lens cap leaves sensor noise of two or three. */
const DARK_MEAN = 10;
const FLAT_DEVIATION = 4;

/**
 * Mean and standard deviation of the luminance (BT.709 weights) of RGBA pixels say whether they show nothing.
 */
export function isBlack(rgba: Uint8ClampedArray): boolean {
  let sum = 0;
  let squares = 0;
  const count = rgba.length / 4;
  for (let i = 0; i < rgba.length; i += 4) {
    const y = 0.2126 * rgba[i]! + 0.7152 * rgba[i + 1]! + 0.0722 * rgba[i + 2]!;
    sum += y;
    squares += y * y;
  }
  const mean = sum / count;
  return mean < DARK_MEAN && Math.sqrt(Math.max(0, squares / count - mean * mean)) < FLAT_DEVIATION;
}

/** Three seconds of black make the flag, one picture with something on it clears it. */
export class BlackWatch {
  black = false;
  private since = Number.NaN;

  update(black: boolean, nowMs: number): void {
    if (!black) {
      this.since = Number.NaN;
      this.black = false;
      return;
    }
    if (Number.isNaN(this.since)) this.since = nowMs;
    this.black = nowMs - this.since >= BLACK_AFTER_MS;
  }
}

/** Looks at a small copy of a frame about once a second. */
export class BlackPictureSampler {
  readonly watch = new BlackWatch();
  private readonly context = new OffscreenCanvas(WIDTH, HEIGHT).getContext('2d', {
    willReadFrequently: true,
  })!;
  private sampledAt = Number.NEGATIVE_INFINITY;

  look(frame: VideoFrame, nowMs: number): void {
    if (nowMs - this.sampledAt < SAMPLE_EVERY_MS) return;
    this.sampledAt = nowMs;
    this.context.drawImage(frame, 0, 0, WIDTH, HEIGHT);
    this.watch.update(isBlack(this.context.getImageData(0, 0, WIDTH, HEIGHT).data), nowMs);
  }
}
