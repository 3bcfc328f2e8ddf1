/** Delays a signal by a fixed number of frames. */
export class Delay {
  private readonly line: Float32Array;
  private at = 0;

  constructor(frames: number) {
    this.line = new Float32Array(frames);
  }

  next(value: number): number {
    const out = this.line[this.at]!;
    this.line[this.at] = value;
    if (++this.at === this.line.length) this.at = 0;
    return out;
  }
}
