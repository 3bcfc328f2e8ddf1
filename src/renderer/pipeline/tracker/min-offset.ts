/**
 * Maps one clock to another by the smallest delay seen: events of a device arrive late by a varying time, never
 * early, so the least `arrival − device` of a while is the best estimate of the offset between the clocks. It
 * follows a slower or faster device clock by creeping towards the least delay of the last windows.
 */
export class MinOffset {
  private readonly windowMs: number;
  private readonly creep: number;
  private offset = Number.NaN;
  private windowStart = 0;
  private windowMin = Number.POSITIVE_INFINITY;
  private lastDevice = Number.NEGATIVE_INFINITY;

  /**
   * @param windowMs how long the least delay is collected before the offset may rise
   * @param creep largest rise per window, ms; a fall is taken at once
   */
  constructor(windowMs = 4000, creep = 2) {
    this.windowMs = windowMs;
    this.creep = creep;
  }

  /**
   * Takes one event and says when it happened.
   * @param deviceMs the device's own time of the event
   * @param arrivalMs when it arrived, on the clock that is wanted
   * @returns the event's time on the wanted clock, never later than its arrival
   */
  map(deviceMs: number, arrivalMs: number): number {
    const delay = arrivalMs - deviceMs;
    if (!Number.isFinite(delay)) return arrivalMs;
    // A device clock that goes back or jumps has begun anew.
    if (Number.isNaN(this.offset) || deviceMs < this.lastDevice || Math.abs(delay - this.offset) > 1000) {
      this.offset = delay;
      this.windowStart = arrivalMs;
      this.windowMin = delay;
    }
    this.lastDevice = deviceMs;
    if (delay < this.offset) this.offset = delay;
    if (delay < this.windowMin) this.windowMin = delay;
    if (arrivalMs - this.windowStart >= this.windowMs) {
      this.offset += Math.min(this.creep, this.windowMin - this.offset);
      this.windowStart = arrivalMs;
      this.windowMin = Number.POSITIVE_INFINITY;
    }
    return deviceMs + this.offset;
  }
}
