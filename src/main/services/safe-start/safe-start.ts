import type { z } from 'zod';
import type { StudioSettings } from '../../../shared/domain/studio.ts';
import type { safeStartSnapshot } from '../../../shared/ipc/app.ts';
import type { SettingsStore } from '../studio/ports.ts';
import { safeSettings, withChanges } from './safe-settings.ts';

export type SafeStartSnapshot = z.infer<typeof safeStartSnapshot.payload>;

/** So many runs in a row that ended badly, and the next one begins safely. */
export const SAFE_AFTER = 2;

export interface SafeStartOptions {
  /** The user's settings. */
  readonly store: SettingsStore;
  /** Runs in a row before this one that ended badly. */
  readonly crashes: number;
  /** The user asked for it: it begins safely, and nobody is asked. */
  readonly forced: boolean;
  readonly publish: (snapshot: SafeStartSnapshot) => void;
}

/**
 * The studio's settings, of which a run after several crashes gets safe ones. What the user changes meanwhile is
 * saved, what the safe start itself has changed is not: without another crash the next run is as before.
 */
export class SafeStart implements SettingsStore {
  readonly #options: SafeStartOptions;
  #active: boolean;
  #offered: boolean;
  /** As the studio has them now; null before it has asked. */
  #current: StudioSettings | null = null;

  constructor(options: SafeStartOptions) {
    this.#options = options;
    const crashed = options.crashes >= SAFE_AFTER;
    this.#active = crashed || options.forced;
    this.#offered = crashed && !options.forced;
    options.publish(this.snapshot);
  }

  get snapshot(): SafeStartSnapshot {
    return { active: this.#active, offered: this.#offered, crashes: this.#options.crashes };
  }

  load(): StudioSettings {
    const user = this.#options.store.load();
    if (!this.#active) return user;
    this.#current = safeSettings(user);
    return this.#current;
  }

  save(settings: StudioSettings): void {
    const { store } = this.#options;
    store.save(this.#active && this.#current ? withChanges(store.load(), this.#current, settings) : settings);
    this.#current = settings;
  }

  /**
   * The user's answer; it may be given again later in a safe run.
   * @param reload makes the studio load its settings anew
   * @throws what `reload` throws; it stays safe then
   */
  async choose(safe: boolean, reload: () => Promise<void>): Promise<void> {
    this.#offered = false;
    if (!safe && this.#active) {
      this.#active = false;
      try {
        await reload();
      } catch (error) {
        this.#active = true;
        throw error;
      } finally {
        this.#options.publish(this.snapshot);
      }
      return;
    }
    this.#options.publish(this.snapshot);
  }
}
