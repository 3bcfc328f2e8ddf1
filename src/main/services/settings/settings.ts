import {
  DEFAULT_SETTINGS,
  type StudioSettings,
  studioSettingsSchema,
} from '../../../shared/domain/studio.ts';
import type { Log } from '../../logging/log.ts';
import type { KeyValueStore } from './ports.ts';

const KEY = 'studio';

/** The studio's settings over restarts. A stored value that no longer fits falls back alone, not with all others. */
export class Settings {
  readonly #store: KeyValueStore;
  readonly #log: Log;

  constructor(store: KeyValueStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  load(): StudioSettings {
    const { settings, refused } = readSettings(this.#store.get(KEY));
    if (refused.length > 0) this.#log.warn('stored settings fall back to the default', { refused });
    return settings;
  }

  save(settings: StudioSettings): void {
    this.#store.set(KEY, studioSettingsSchema.parse(settings));
  }
}

/** The settings in a stored value, field by field, and the names of the fields that were not usable. */
export function readSettings(stored: unknown): { settings: StudioSettings; refused: string[] } {
  const refused: string[] = [];
  const given = isRecord(stored) ? stored : {};
  let settings = DEFAULT_SETTINGS;
  for (const [name, value] of Object.entries(given)) {
    const merged = studioSettingsSchema.safeParse({ ...settings, [name]: value });
    if (merged.success) settings = merged.data;
    else refused.push(name);
  }
  return { settings, refused };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
