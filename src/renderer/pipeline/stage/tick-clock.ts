export interface TickTimers {
  now(): number;
  set(run: () => void, ms: number): unknown;
  clear(handle: unknown): void;
}

export const workerTimers: TickTimers = {
  now: () => performance.timeOrigin + performance.now(),
  set: (run, ms) => setTimeout(run, ms),
  clear: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};

export interface Tick {
  /** The moment this tick belongs to on the fixed grid, ms; the picture's timestamp. */
  dueMs: number;
  /** Ticks that this one had to leave out because it began more than an interval late. */
  missed: number;
}

/**
 * Fixed rate by a timer of the worker, which browsers do not slow down for hidden windows as they do an
 * animation frame. Ticks lie on a grid, so a late timer does not shift those after it; a tick more than one
 * interval late leaves out what it missed instead of running after it.
 */
export class TickClock {
  private readonly timers: TickTimers;
  private readonly run: (tick: Tick) => void;
  private readonly tick: Tick = { dueMs: 0, missed: 0 };
  private readonly step = (): void => this.fire();
  private intervalMs: number;
  private due = 0;
  private handle: unknown = null;
  private running = false;
  private readonly free: boolean;

  /** @param free ignore the rate and run as fast as the work allows (benchmarks). */
  constructor(fps: number, run: (tick: Tick) => void, timers: TickTimers = workerTimers, free = false) {
    this.intervalMs = 1000 / fps;
    this.run = run;
    this.timers = timers;
    this.free = free;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.due = this.timers.now();
    this.handle = this.timers.set(this.step, 0);
  }

  stop(): void {
    this.running = false;
    this.timers.clear(this.handle);
  }

  setFps(fps: number): void {
    this.intervalMs = 1000 / fps;
  }

  private fire(): void {
    if (!this.running) return;
    const now = this.timers.now();
    if (this.free) this.due = Math.max(now, this.due + 1e-3);
    const missed = this.free ? 0 : Math.max(0, Math.floor((now - this.due) / this.intervalMs));
    this.due += missed * this.intervalMs;
    this.tick.dueMs = this.due;
    this.tick.missed = missed;
    this.due += this.free ? 0 : this.intervalMs;
    // A picture that cannot be drawn must not end the programme: the next tick is set before the work.
    try {
      this.run(this.tick);
    } finally {
      if (this.running) {
        this.handle = this.timers.set(this.step, this.free ? 0 : Math.max(0, this.due - this.timers.now()));
      }
    }
  }
}
