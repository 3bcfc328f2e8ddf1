import { ARKIT_CHANNELS } from '../../../../../shared/domain/arkit.ts';
import { type AvatarMapping, NO_MAPPING } from '../../../../../shared/domain/avatar-mapping.ts';
import { HUMAN_BONES } from '../../../../../shared/domain/human-bones.ts';
import type { NamedGuess, RigNaming } from '../../../../../shared/domain/rig-naming.ts';

export type MappingPart = keyof AvatarMapping;

/** Below it a guess is one that should be looked at. */
const SURE = 0.75;

export interface MappingRow {
  /** The bone or channel. */
  readonly key: string;
  /** The user's own word is already in it. */
  readonly guess: NamedGuess | null;
  /** What the user said; undefined: nothing. */
  readonly own: string | null | undefined;
  /** What it is now. */
  readonly name: string | null;
  readonly unsure: boolean;
}

/** Every bone or channel with what was guessed and what the user said of it. */
export function mappingRows(
  part: MappingPart,
  naming: Pick<RigNaming, MappingPart>,
  mapping: AvatarMapping,
): readonly MappingRow[] {
  const keys: readonly string[] = part === 'bones' ? HUMAN_BONES : ARKIT_CHANNELS;
  const guesses: Readonly<Record<string, NamedGuess | undefined>> = naming[part];
  const owns: Readonly<Record<string, string | null | undefined>> = mapping[part];
  return keys.map((key) => {
    const guess = guesses[key] ?? null;
    const own = owns[key];
    return {
      key,
      guess,
      own,
      name: own === undefined ? (guess?.name ?? null) : own,
      unsure: own === undefined && (guess === null || guess.confidence < SURE),
    };
  });
}

/** Rows whose words or whose part of the file have the text in them; those to be looked at alone when wanted. */
export function found(
  rows: readonly MappingRow[],
  text: string,
  onlyUnsure: boolean,
  wordsOf: (key: string) => string,
): readonly MappingRow[] {
  const wanted = text.trim().toLowerCase();
  return rows.filter(
    ({ key, name, unsure }) =>
      (!onlyUnsure || unsure) &&
      [key, wordsOf(key), name ?? ''].some((each) => each.toLowerCase().includes(wanted)),
  );
}

/** The mapping with one thing said (null: it is none of them) or taken back (undefined). */
export function withOwn(
  mapping: AvatarMapping,
  part: MappingPart,
  key: string,
  own: string | null | undefined,
): AvatarMapping {
  const next: Record<string, string | null> = { ...mapping[part] };
  if (own === undefined) delete next[key];
  else next[key] = own;
  return { ...mapping, [part]: next };
}

export function ownCount(mapping: AvatarMapping): number {
  return Object.keys(mapping.bones).length + Object.keys(mapping.channels).length;
}

type Mappings = Readonly<Record<string, AvatarMapping>>;

/** The map with the mapping of one avatar replaced; one that says nothing is left out. */
export function withMapping(
  mappings: Mappings,
  avatarId: string,
  mapping: AvatarMapping,
): Record<string, AvatarMapping> {
  const next = { ...mappings, [avatarId]: mapping };
  if (ownCount(mapping) === 0) delete next[avatarId];
  return next;
}

export function mappingOf(mappings: Mappings, avatarId: string): AvatarMapping {
  return mappings[avatarId] ?? NO_MAPPING;
}
