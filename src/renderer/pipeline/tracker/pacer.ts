/** Takes at most `fps` frames a second from a faster camera, evenly, without losing any of a slower one. */
export class Pacer {
  private periodMs = 0;
  private dueMs = Number.NEGATIVE_INFINITY;

  constructor(fps: number) {
    this.setRate(fps);
  }

  setRate(fps: number): void {
    this.periodMs = 1000 / fps;
  }

  /** @returns true when the frame of this time is to be tracked */
  take(atMs: number): boolean {
    // A camera at just the wanted rate jitters around the due time: a third of a period early is on time.
    if (atMs < this.dueMs - this.periodMs / 3) return false;
    this.dueMs = atMs - this.dueMs > this.periodMs ? atMs + this.periodMs : this.dueMs + this.periodMs;
    return true;
  }
}
