import { z } from 'zod';
import { avatarMappingSchema } from '../../../shared/domain/avatar-mapping.ts';
import { expressionSlotSchema } from '../../../shared/domain/expressions.ts';
import { DEFAULT_SCENES, sceneSchema } from '../../../shared/domain/scene.ts';
import { acceleratorSchema, DEFAULT_SHORTCUTS } from '../../../shared/domain/shortcuts.ts';
import {
  DEFAULT_SETTINGS,
  type StudioSettings,
  studioSettingsSchema,
} from '../../../shared/domain/studio.ts';
import { trackingProfileSchema } from '../../../shared/domain/tracking-settings.ts';
import type { Log } from '../../logging/log.ts';
import type { KeyValueStore } from './ports.ts';

/** Under which the studio's settings are kept. */
export const SETTINGS_KEY = 'studio';

/** The studio's settings over restarts. A stored value that no longer fits falls back alone, not with all others. */
export class Settings {
  readonly #store: KeyValueStore;
  readonly #log: Log;

  constructor(store: KeyValueStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  load(): StudioSettings {
    const { settings, refused } = readSettings(this.#store.get(SETTINGS_KEY));
    if (refused.length > 0) this.#log.warn('stored settings fall back to the default', { refused });
    return settings;
  }

  save(settings: StudioSettings): void {
    this.#store.set(SETTINGS_KEY, studioSettingsSchema.parse(settings));
  }
}

/** The settings in a stored value, field by field, and the names of the fields that were not usable. */
export function readSettings(stored: unknown): { settings: StudioSettings; refused: string[] } {
  const refused: string[] = [];
  const given = isRecord(stored) ? withScenes(stored) : {};
  let settings = DEFAULT_SETTINGS;
  for (const [name, stored] of Object.entries(given)) {
    const { value, lost } = repaired(name, stored);
    if (lost > 0) refused.push(`${name} (${lost} of it)`);
    const merged = studioSettingsSchema.safeParse({ ...settings, [name]: value });
    if (merged.success) settings = merged.data;
    else refused.push(name);
  }
  const { scenes } = settings;
  if (!scenes.some((scene) => scene.id === settings.sceneId)) {
    settings = { ...settings, sceneId: scenes[0]!.id };
  }
  return { settings, refused };
}

/**
 * Of a list or a map that partly fits what fits: one scene that cannot be read takes no other with it, and an action
 * that is new in this version keeps its default beside the user's own shortcuts.
 */
function repaired(name: string, value: unknown): { value: unknown; lost: number } {
  if (name === 'scenes' && Array.isArray(value)) {
    const ids = new Set<string>();
    const scenes = value.flatMap((each) => {
      const scene = sceneSchema.safeParse(each);
      if (!scene.success || ids.has(scene.data.id)) return [];
      ids.add(scene.data.id);
      return [scene.data];
    });
    return { value: scenes.length > 0 ? scenes : value, lost: value.length - scenes.length };
  }
  if (name === 'shortcuts' && isRecord(value)) {
    const own = Object.entries(value).filter(
      ([action, accelerator]) =>
        Object.hasOwn(DEFAULT_SHORTCUTS, action) &&
        (accelerator === null || acceleratorSchema.safeParse(accelerator).success),
    );
    return {
      value: { ...DEFAULT_SHORTCUTS, ...Object.fromEntries(own) },
      lost: Object.keys(value).length - own.length,
    };
  }
  const entries = MAPS.get(name);
  if (entries && isRecord(value)) {
    const own = Object.entries(value).filter(([, entry]) => entries.safeParse(entry).success);
    return { value: Object.fromEntries(own), lost: Object.keys(value).length - own.length };
  }
  return { value, lost: 0 };
}

/** Maps whose entries have nothing to do with each other, and what an entry must be. */
const MAPS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['profiles', trackingProfileSchema],
  ['expressions', z.array(expressionSlotSchema)],
  ['mappings', avatarMappingSchema],
]);

/** Settings from before there were scenes name one background: it becomes the first scene's. */
function withScenes(stored: Record<string, unknown>): Record<string, unknown> {
  if (!('background' in stored)) return stored;
  const { background, ...rest } = stored;
  if (typeof background !== 'string' || 'scenes' in stored) return rest;
  return {
    ...rest,
    scenes: DEFAULT_SCENES.map((scene, at) => (at === 0 ? { ...scene, background } : scene)),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
