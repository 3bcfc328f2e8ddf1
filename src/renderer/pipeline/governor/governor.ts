import {
  FULL_QUALITY,
  GOVERNOR_LEVERS,
  type GovernorLever,
  type GovernorState,
  type GovernorStep,
  LEVER_STEPS,
} from '../../../shared/domain/governor.ts';
import { type Cause, type LoadSample, overload, room } from './load.ts';
import { type Move, stepName, stepWords } from './words.ts';

/** How long it must be too much, or easy, before anything changes; ms. */
const DOWN_AFTER_MS = 2000;
const DOWN_AGAIN_MS = 1500;
const UP_AFTER_MS = 10_000;
const UP_AFTER_MAX_MS = 160_000;
/** Too much again within this time of a climb: the climb was the cause. */
const PROBATION_MS = 12_000;
/** Shaders, models and encoders that start make every machine late for a while. */
const GRACE_MS = 5000;
const STEPS_KEPT = 64;
/** Samples come about once a second; after a longer gap nothing is known of the time between. */
const GAP_MS = 4000;
const LAST_ROUND = Math.max(...Object.values(LEVER_STEPS));

/**
 * One budget for everything beside sound: when pictures come late it gives up one step of one lever, in rounds (the
 * first step of every lever in their order, then the second), and takes the newest back when there has been room for
 * long. After a climb that had to be undone it waits twice as long. Between «too much» and «room» nothing changes, so
 * a load about the border does not flap. Pure: it knows only what it is told, and when.
 */
export class Governor {
  private levers: GovernorState = FULL_QUALITY;
  private given: GovernorLever[] = [];
  private readonly log: GovernorStep[] = [];
  private overMs = 0;
  private spareMs = 0;
  private lastMs: number | null = null;
  private quietUntilMs = 0;
  private climbedAtMs: number | null = null;
  private upAfterMs = UP_AFTER_MS;
  private saidAllDown = false;
  private live = false;
  private wantedFps = 0;

  /** How far every lever is down now. */
  get state(): GovernorState {
    return this.levers;
  }

  /** The newest decisions, oldest first. */
  get steps(): readonly GovernorStep[] {
    return this.log;
  }

  /**
   * Looks at one sample; call it about once a second.
   * @param atMs of one clock that only goes forward; it stands in the steps
   * @returns the new state, or null when nothing changed
   */
  look(load: LoadSample, atMs: number): GovernorState | null {
    const passed = this.lastMs === null ? null : atMs - this.lastMs;
    this.lastMs = atMs;
    const other = load.live !== this.live || load.wantedFps !== this.wantedFps;
    this.live = load.live;
    this.wantedFps = load.wantedFps;
    if (passed === null || passed < 0 || passed > GAP_MS || other) {
      this.quiet(atMs);
      return null;
    }
    if (atMs < this.quietUntilMs) return null;
    const cause = overload(load);
    if (cause) {
      this.overMs += passed;
      this.spareMs = 0;
      const patience = this.given.length > 0 ? DOWN_AGAIN_MS : DOWN_AFTER_MS;
      return this.overMs >= patience ? this.down(load, cause, atMs) : null;
    }
    // A single good second in a bad half-minute does not wipe out the bad ones.
    this.overMs = Math.max(0, this.overMs - passed);
    const spare = room(load);
    this.spareMs = spare ? this.spareMs + passed : 0;
    if (this.climbedAtMs !== null && atMs - this.climbedAtMs > PROBATION_MS) {
      this.climbedAtMs = null;
      this.upAfterMs = UP_AFTER_MS;
    }
    return spare && this.spareMs >= this.upAfterMs && this.given.length > 0 ? this.up(spare, atMs) : null;
  }

  /** Switched off by the user: everything comes back at once. @returns null when nothing was given up */
  release(atMs: number): GovernorState | null {
    this.lastMs = null;
    this.upAfterMs = UP_AFTER_MS;
    this.climbedAtMs = null;
    if (this.given.length === 0) return null;
    this.given = [];
    this.levers = FULL_QUALITY;
    this.saidAllDown = false;
    this.note({ lever: 'all', down: false }, { kind: 'off' }, atMs);
    return this.levers;
  }

  /** Something that costs time for a while has begun (another avatar, another picture size). */
  quiet(atMs: number): void {
    this.quietUntilMs = atMs + GRACE_MS;
    this.overMs = 0;
    this.spareMs = 0;
  }

  private down(load: LoadSample, cause: Cause, atMs: number): GovernorState | null {
    this.overMs = 0;
    if (this.climbedAtMs !== null) {
      this.climbedAtMs = null;
      this.upAfterMs = Math.min(this.upAfterMs * 2, UP_AFTER_MAX_MS);
    }
    const lever = this.next(load);
    if (!lever) {
      if (!this.saidAllDown) this.note({ lever: 'all', down: true }, cause, atMs);
      this.saidAllDown = true;
      return null;
    }
    this.given.push(lever);
    return this.set(lever, this.levers[lever] + 1, true, cause, atMs);
  }

  private up(cause: Cause, atMs: number): GovernorState {
    this.spareMs = 0;
    this.saidAllDown = false;
    this.climbedAtMs = atMs;
    const lever = this.given.pop()!;
    return this.set(lever, this.levers[lever] - 1, false, cause, atMs);
  }

  private set(lever: GovernorLever, step: number, down: boolean, cause: Cause, atMs: number): GovernorState {
    this.levers = { ...this.levers, [lever]: step };
    this.note({ lever, step, down }, cause, atMs);
    if (costs(lever, step, down)) this.quiet(atMs);
    return this.levers;
  }

  /** The next lever that can go down and would change anything; null: there is none. */
  private next(load: LoadSample): GovernorLever | null {
    for (let round = 1; round <= LAST_ROUND; round++) {
      for (const lever of GOVERNOR_LEVERS) {
        if (this.levers[lever] < Math.min(round, LEVER_STEPS[lever]) && matters(lever, load)) return lever;
      }
    }
    return null;
  }

  private note(move: Move, cause: Cause, atMs: number): void {
    this.log.push({ at: atMs, step: stepName(move), why: stepWords(move, cause) });
    if (this.log.length > STEPS_KEPT) this.log.shift();
  }
}

/** Whether the step itself makes work for a while: a tracker that was off loads its model, meshes are made. */
function costs(lever: GovernorLever, step: number, down: boolean): boolean {
  switch (lever) {
    case 'hands':
    case 'pose':
      return !down && step === LEVER_STEPS[lever] - 1;
    case 'level-of-detail':
      return down && step === 1;
    default:
      return false;
  }
}

function matters(lever: GovernorLever, load: LoadSample): boolean {
  switch (lever) {
    case 'springs':
      return load.springs > 0;
    case 'hands':
      return load.trackers.hands;
    case 'pose':
      return load.trackers.pose;
    case 'tracking-rate':
      return load.trackers.face;
    case 'encoder-preset':
      return load.presetMatters;
    default:
      return true;
  }
}
