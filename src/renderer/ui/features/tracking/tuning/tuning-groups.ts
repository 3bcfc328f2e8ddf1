import {
  DEFAULT_TUNING,
  type TrackingProfile,
  TUNED,
  type Tuned,
  type Tuning,
} from '../../../../../shared/domain/tracking-settings.ts';

export const TUNING_KEYS = ['gain', 'deadZone', 'curve', 'smoothing'] as const;
export type TuningKey = (typeof TUNING_KEYS)[number];

const GROUP_NAMES = [
  'head',
  'eyes',
  'brows',
  'mouth',
  'jaw',
  'cheeks',
  'torso',
  'arms',
  'wrists',
  'fingers',
  'legs',
] as const;
export type TuningGroup = (typeof GROUP_NAMES)[number];

const PREFIXES: readonly (readonly [RegExp, TuningGroup])[] = [
  [/^(yaw|pitch|roll|position)$/, 'head'],
  [/^(eye|gaze)/, 'eyes'],
  [/^brow/, 'brows'],
  [/^(mouth|tongue)/, 'mouth'],
  [/^jaw/, 'jaw'],
  [/^(cheek|nose)/, 'cheeks'],
];

function groupOf(name: Tuned): TuningGroup {
  const found = PREFIXES.find(([prefix]) => prefix.test(name));
  // What is left are the parts of the body, each a group of its own.
  return found?.[1] ?? (name as TuningGroup);
}

/** Everything that can be tuned, by the part of the person that it belongs to. */
export const TUNING_GROUPS: readonly { readonly group: TuningGroup; readonly members: readonly Tuned[] }[] =
  GROUP_NAMES.map((group) => ({ group, members: TUNED.filter((name) => groupOf(name) === group) }));

type TuningMap = TrackingProfile['tuning'];

/** A value as all members have it; of different ones their mean, and `mixed`. */
export function sharedValue(
  tuning: TuningMap,
  members: readonly Tuned[],
  key: TuningKey,
): { readonly value: number; readonly mixed: boolean } {
  const values = members.map((name) => (tuning[name] ?? DEFAULT_TUNING)[key]);
  const first = values[0] ?? DEFAULT_TUNING[key];
  const mixed = values.some((value) => value !== first);
  return { value: mixed ? values.reduce((sum, value) => sum + value, 0) / values.length : first, mixed };
}

/** The map with one value set for all members; what is as it was tuned by us is left out. */
export function withValue(
  tuning: TuningMap,
  members: readonly Tuned[],
  key: TuningKey,
  value: number,
): TuningMap {
  const next = { ...tuning };
  for (const name of members) {
    const own: Tuning = { ...(tuning[name] ?? DEFAULT_TUNING), [key]: value };
    if (TUNING_KEYS.every((each) => own[each] === DEFAULT_TUNING[each])) delete next[name];
    else next[name] = own;
  }
  return next;
}

export function withoutTuning(tuning: TuningMap, members: readonly Tuned[]): TuningMap {
  const next = { ...tuning };
  for (const name of members) delete next[name];
  return next;
}

export function isTuned(tuning: TuningMap, members: readonly Tuned[]): boolean {
  return members.some((name) => tuning[name] !== undefined);
}
