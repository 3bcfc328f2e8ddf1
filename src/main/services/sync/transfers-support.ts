/** Timers run when a test says so, but for what is due at once. */
export class HandClock {
  #now = Date.now();
  #timers = new Set<{ at: number; run: () => void }>();
  now = () => this.#now;
  random = () => 0;
  after = (ms: number, run: () => void) => {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    if (ms <= 0) setImmediate(() => this.advance(0));
    return () => void this.#timers.delete(timer);
  };
  get pending() {
    return this.#timers.size;
  }
  advance(ms: number) {
    this.#now += ms;
    for (const timer of [...this.#timers]) {
      if (timer.at > this.#now || !this.#timers.delete(timer)) continue;
      timer.run();
    }
  }
}
