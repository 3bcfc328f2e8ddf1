/** A switch without a click: goes from 0 to 1 and back in a straight line of fixed length. */
export class Ramp {
  private readonly step: number;
  private value: number;
  private target: number;

  /** @param frames from one end to the other */
  constructor(frames: number, on: boolean) {
    this.step = 1 / frames;
    this.value = on ? 1 : 0;
    this.target = this.value;
  }

  set(on: boolean): void {
    this.target = on ? 1 : 0;
  }

  /** The factor for the next frame; exactly 0 or 1 at its ends. */
  next(): number {
    if (this.value < this.target) this.value = Math.min(this.target, this.value + this.step);
    else if (this.value > this.target) this.value = Math.max(this.target, this.value - this.step);
    return this.value;
  }
}
