/** An avatar that takes longer does not hold up the camera. */
const LATEST_MS = 2500;

/**
 * The first picture of the avatar has the machine to itself: tracker and devices, which need it as well, come after
 * it, after the news that there will be none, or when it has taken too long.
 */
export class FirstPicture {
  private readonly onOver: () => void;
  private readonly timer: ReturnType<typeof setTimeout>;
  private readonly waiting: (() => void)[] = [];
  private shownAt: number | null = null;
  private over = false;

  /** @param onOver hears once that the machine is free */
  constructor(onOver: () => void) {
    this.onOver = onOver;
    this.timer = setTimeout(() => this.end(), LATEST_MS);
  }

  get isOver(): boolean {
    return this.over;
  }

  /** When it was shown, in ms since the page began; null: not yet. */
  get shownAtMs(): number | null {
    return this.shownAt;
  }

  /** Takes what becomes of the avatars, of the first one and of all after it. */
  avatar(state: 'loading' | 'shown' | 'failed'): void {
    if (state === 'shown') this.shownAt ??= performance.now();
    if (state !== 'loading') this.end();
  }

  /** Resolves when it is over, or after `latestMs`. */
  wait(latestMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      setTimeout(resolve, latestMs);
      if (this.over) resolve();
    });
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    for (const resolve of this.waiting.splice(0)) resolve();
    this.onOver();
  }
}
