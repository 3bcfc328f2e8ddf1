/** Wrists nearer than this share of the picture are one hand found twice. */
const SAME_HAND = 0.02;
/** A hand goes no further than this from picture to picture. */
const FOLLOWED = 0.18;
const FORGOTTEN_MS = 500;
/** Share of the newest word in what a hand is taken for: about three pictures must agree before it changes sides. */
const NEWEST = 0.25;

interface Track {
  x: number;
  y: number;
  /** 0..1: that it is the left hand. */
  left: number;
  atMs: number;
}

/**
 * Says which of the hands in a picture is the person's left one and which the right. The landmarker names a side for
 * each hand of each picture alone: it may name both the same and change its mind, so hands are followed by their
 * wrists and their sides remembered. Nothing is allocated.
 */
export class HandSides {
  /** Index of the added hand, −1: none. */
  left = -1;
  right = -1;
  /** 0..1, how sure the sides are. */
  leftScore = 0;
  rightScore = 0;
  private count = 0;
  private nowMs = 0;
  private readonly found: readonly [Track, Track] = [track(), track()];
  private readonly known: readonly [Track, Track] = [track(), track()];

  begin(timestampMs: number): void {
    this.count = 0;
    this.nowMs = timestampMs;
  }

  /** @param left 0..1, that it is the person's left hand; x and y of the wrist are shares of the picture */
  add(x: number, y: number, left: number): void {
    if (this.count >= 2) return;
    const hand = this.found[this.count++]!;
    hand.x = x;
    hand.y = y;
    hand.left = left;
    hand.atMs = this.nowMs;
  }

  /** Sets left and right of what was added since {@link begin}. */
  assign(): void {
    const [a, b] = this.found;
    this.left = -1;
    this.right = -1;
    if (this.count === 0) return;
    if (this.count === 1 || Math.hypot(a.x - b.x, a.y - b.y) < SAME_HAND) {
      const [first, second] = this.known;
      const near = distance(a, first) <= distance(a, second) ? first : second;
      this.follow(a, near);
      this.place(0, a.left >= 0.5);
      return;
    }
    const [first, second] = this.known;
    const straight = distance(a, first) + distance(b, second);
    const crossed = distance(a, second) + distance(b, first);
    const swap = crossed < straight;
    this.follow(a, swap ? second : first);
    this.follow(b, swap ? first : second);
    const aIsLeft = a.left >= b.left;
    this.place(0, aIsLeft);
    this.place(1, !aIsLeft);
  }

  private place(index: 0 | 1, left: boolean): void {
    const hand = this.found[index];
    if (left) {
      this.left = index;
      this.leftScore = hand.left;
    } else {
      this.right = index;
      this.rightScore = 1 - hand.left;
    }
  }

  /** What is known of the hand that was here comes to the found one, and the other way round. */
  private follow(hand: Track, known: Track): void {
    if (hand.atMs - known.atMs < FORGOTTEN_MS && distance(hand, known) < FOLLOWED) {
      hand.left = known.left + (hand.left - known.left) * NEWEST;
    }
    known.x = hand.x;
    known.y = hand.y;
    known.left = hand.left;
    known.atMs = hand.atMs;
  }
}

function track(): Track {
  return { x: 0, y: 0, left: 0.5, atMs: Number.NEGATIVE_INFINITY };
}

/** Of one that was never seen it is as far as nothing else in the picture. */
function distance(a: Track, b: Track): number {
  return a.atMs - b.atMs < FORGOTTEN_MS ? Math.hypot(a.x - b.x, a.y - b.y) : 2;
}
