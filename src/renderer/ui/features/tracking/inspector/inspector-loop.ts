import type { InspectorFeed } from './feed.ts';

/** Draws something of the feed, once per picture of the screen. */
export type Painter = (feed: InspectorFeed) => void;

/** Reads the feed and lets everything draw itself, as long as the inspector is open. */
export class InspectorLoop {
  readonly feed: InspectorFeed;
  private readonly painters: Painter[] = [];
  private request = 0;

  constructor(feed: InspectorFeed) {
    this.feed = feed;
  }

  start(): void {
    this.request = requestAnimationFrame(this.turn);
  }

  stop(): void {
    cancelAnimationFrame(this.request);
  }

  /** @returns takes it away again */
  add(painter: Painter): () => void {
    this.painters.push(painter);
    return () => {
      this.painters.splice(this.painters.indexOf(painter), 1);
    };
  }

  private readonly turn = (): void => {
    this.feed.poll();
    for (let i = 0; i < this.painters.length; i++) this.painters[i]!(this.feed);
    this.request = requestAnimationFrame(this.turn);
  };
}
