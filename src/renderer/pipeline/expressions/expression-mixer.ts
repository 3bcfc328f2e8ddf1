import { ARKIT_CHANNELS } from '../../../shared/domain/arkit.ts';
import { type AvatarPose, MAX_EXPRESSIONS } from '../../../shared/domain/avatar-pose.ts';
import type { ExpressionSlot, Gesture } from '../../../shared/domain/expressions.ts';
import { smoothstep } from '../../../shared/math/scalar.ts';

/** The tracked channels that give way to an expression which mutes the eyes: lids, not where they look. */
const EYES = placesOf(/^eye(?:Blink|Squint|Wide)/);
const MOUTH = placesOf(/^(?:jaw|mouth|tongue)/);

/** What keeps a slot on. */
const KEY = 1;
const HAND = 2;

/** One slot at work. Fades are counted in 0..1 of their time, so that a change on the way goes on from there. */
interface Running {
  slot: ExpressionSlot;
  on: boolean;
  /** Bits of KEY and HAND: what is held now. */
  held: number;
  /** A flash ends then. */
  endsAtMs: number;
  progress: number;
}

/**
 * Puts expressions on and takes them off, by keys and by gestures.
 *
 * - `toggle`: on at a press, off at the next one. `hold`: on while the key or the gesture is held. `flash`: on for
 *   `holdMs` after the last press. A gesture counts as pressed from the moment one of the hands shows it until
 *   neither does.
 * - `replace`: takes every other `replace` expression off when it comes on, for good: none comes back by itself.
 *   `add` leaves the others alone, and they it.
 * - While on, an expression that mutes takes eyes or mouth of the tracked face away, by its weight; of several the
 *   strongest counts.
 *
 * Deterministic: a function of what was pressed when. update() allocates nothing.
 */
export class ExpressionMixer {
  private running: Running[] = [];
  private left: Gesture | null = null;
  private right: Gesture | null = null;
  private lastMs: number | null = null;

  /** Takes the list of the shown avatar; a slot that was on stays on, at its new place. */
  setSlots(slots: readonly ExpressionSlot[]): void {
    const before = this.running;
    this.running = slots.slice(0, MAX_EXPRESSIONS).map((slot) => {
      const known = before.find((each) => each.slot.id === slot.id);
      if (!known) return { slot, on: false, held: 0, endsAtMs: Number.POSITIVE_INFINITY, progress: 0 };
      if (slot.trigger.gesture !== known.slot.trigger.gesture) known.held &= ~HAND;
      if (slot.trigger.mode === 'hold' && known.held === 0) known.on = false;
      if (slot.trigger.mode !== known.slot.trigger.mode) {
        // It was put on in another way; nothing would take it off again.
        known.on = slot.trigger.mode === 'hold' && known.held !== 0;
        known.endsAtMs = Number.POSITIVE_INFINITY;
      }
      known.slot = slot;
      return known;
    });
  }

  /** A key of the slot goes down or up. An id that is not in the list does nothing. */
  press(id: string, down: boolean, atMs: number): void {
    for (let i = 0; i < this.running.length; i++) {
      const each = this.running[i]!;
      if (each.slot.id === id) this.trigger(each, KEY, down, atMs);
    }
  }

  /** What the hands show now; null: nothing that is known, or no hand. */
  gesture(left: Gesture | null, right: Gesture | null, atMs: number): void {
    if (left === this.left && right === this.right) return;
    this.left = left;
    this.right = right;
    for (let i = 0; i < this.running.length; i++) {
      const each = this.running[i]!;
      const wanted = each.slot.trigger.gesture;
      if (wanted === null) continue;
      const shown = wanted === left || wanted === right;
      if (shown !== ((each.held & HAND) !== 0)) this.trigger(each, HAND, shown, atMs);
    }
  }

  /**
   * Fills `pose.expressions` and mutes channels of the pose.
   * @param atMs ms on the programme clock; one before the last counts as the same
   */
  update(atMs: number, pose: AvatarPose): void {
    const passedMs = this.lastMs === null ? 0 : Math.max(0, atMs - this.lastMs);
    this.lastMs = atMs;
    let eyes = 0;
    let mouth = 0;
    pose.expressions.fill(0);
    for (let i = 0; i < this.running.length; i++) {
      const each = this.running[i]!;
      const { slot } = each;
      if (each.on && atMs >= each.endsAtMs) each.on = false;
      each.progress = step(each.progress, each.on, each.on ? slot.fadeInMs : slot.fadeOutMs, passedMs);
      const weight = slot.weight * smoothstep(each.progress);
      pose.expressions[i] = weight;
      if (slot.mutes.eyes && weight > eyes) eyes = weight;
      if (slot.mutes.mouth && weight > mouth) mouth = weight;
    }
    if (eyes > 0) for (let i = 0; i < EYES.length; i++) pose.channels[EYES[i]!]! *= 1 - eyes;
    if (mouth > 0) for (let i = 0; i < MOUTH.length; i++) pose.channels[MOUTH[i]!]! *= 1 - mouth;
  }

  private trigger(each: Running, by: number, down: boolean, atMs: number): void {
    const was = each.held !== 0;
    each.held = down ? each.held | by : each.held & ~by;
    switch (each.slot.trigger.mode) {
      case 'toggle':
        if (!down) return;
        if (each.on) each.on = false;
        else this.putOn(each);
        return;
      case 'hold':
        if (down && !was) this.putOn(each);
        if (each.held === 0) each.on = false;
        return;
      case 'flash':
        if (!down) return;
        each.endsAtMs = atMs + each.slot.holdMs;
        this.putOn(each);
    }
  }

  private putOn(each: Running): void {
    each.on = true;
    if (each.slot.trigger.mode !== 'flash') each.endsAtMs = Number.POSITIVE_INFINITY;
    if (each.slot.stacking !== 'replace') return;
    for (let i = 0; i < this.running.length; i++) {
      const other = this.running[i]!;
      if (other !== each && other.slot.stacking === 'replace') other.on = false;
    }
  }
}

function step(progress: number, on: boolean, fadeMs: number, passedMs: number): number {
  if (fadeMs <= 0) return on ? 1 : 0;
  const change = passedMs / fadeMs;
  return on ? Math.min(1, progress + change) : Math.max(0, progress - change);
}

function placesOf(pattern: RegExp): Uint8Array {
  return Uint8Array.from(ARKIT_CHANNELS.flatMap((name, i) => (pattern.test(name) ? [i] : [])));
}
