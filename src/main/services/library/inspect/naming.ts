import { ARKIT_CHANNELS } from '../../../../shared/domain/arkit.ts';
import type { AvatarReport } from '../../../../shared/domain/avatar-report.ts';
import type { HumanBone } from '../../../../shared/domain/human-bones.ts';
import { degradeRules } from '../../../../shared/domain/rig-degrade.ts';
import { guessBones, type NamedNode } from '../../../../shared/domain/rig-naming-bones.ts';
import {
  guessMorphs,
  type MorphDrive,
  PERFECT_SYNC_MIN,
  PRESETS,
  readMorphName,
} from '../../../../shared/domain/rig-naming-morphs.ts';
import type { Humanoid } from './humanoid.ts';
import type { Structure } from './structure.ts';

type Naming = NonNullable<AvatarReport['naming']>;

/** The nodes as the guess by names takes them. Skinned meshes are no bones. */
export function namedNodes(structure: Structure): NamedNode[] {
  const joints = new Set(structure.skins.flatMap((skin) => skin.joints));
  const parents = structure.nodes.map(() => -1);
  structure.nodes.forEach(({ children }, node) => {
    for (const child of children) parents[child] = node;
  });
  return structure.nodes.map(({ name, skin }, node) => ({
    name: skin === null ? (name ?? '') : '',
    parent: parents[node]!,
    joint: joints.has(node),
  }));
}

/**
 * What the rig is going to make of an avatar: the same guesses by names, and the rules by which it is shown without
 * what it lacks.
 * @param asPlain it is loaded as a plain model, whatever it says of itself
 */
export function readNaming(
  structure: Structure,
  humanoid: Humanoid,
  morphNames: readonly string[],
  asPlain: boolean,
): { naming: Naming; degraded: AvatarReport['degraded'] } {
  if (asPlain) {
    const nodes = namedNodes(structure);
    const guess = guessBones(nodes);
    const morphs = guessMorphs(morphNames);
    const bones = Object.entries(guess.bones).map(
      ([bone, { node, confidence }]) => [bone, { name: nodes[node]!.name, confidence }] as const,
    );
    const degraded = degradeRules({
      bones: new Set(Object.keys(guess.bones) as HumanBone[]),
      feetApart: guess.feetApart,
      drives: morphs.drives,
      looksByExpression: false,
    });
    return {
      naming: {
        bones: { family: guess.family, confidence: guess.confidence, guessed: Object.fromEntries(bones) },
        morphs: { family: morphs.family, confidence: morphs.confidence, guessed: morphs.channels },
      },
      degraded,
    };
  }
  const works = humanoid.expressions.filter((expression) => expression.works).map(({ name }) => name);
  const drives = expressionDrives(works);
  const synced = drives.some(({ channel }) => channel >= 0);
  const channels = drives.flatMap(({ name, channel }) =>
    channel < 0 ? [] : [[ARKIT_CHANNELS[channel]!, { name, confidence: 1 }] as const],
  );
  const degraded = degradeRules({
    bones: new Set(humanoid.bones as readonly HumanBone[]),
    feetApart: false,
    drives,
    looksByExpression: humanoid.looksByExpression && works.includes('lookLeft'),
  });
  const none = drives.length === 0;
  return {
    naming: {
      bones: { family: 'vrm', confidence: 1, guessed: {} },
      morphs: {
        family: synced ? 'perfect-sync' : none ? 'none' : 'vrm',
        confidence: none ? 0 : 1,
        guessed: Object.fromEntries(channels),
      },
    },
    degraded,
  };
}

/** Expressions of a VRM that the face drives: perfect sync where there is one, else the presets. */
function expressionDrives(names: readonly string[]): MorphDrive[] {
  const sync = names.flatMap((name) => {
    const channel = readMorphName(name)?.channel ?? -1;
    return channel < 0 ? [] : [{ name, channel, preset: null }];
  });
  if (sync.length >= PERFECT_SYNC_MIN) return sync;
  return PRESETS.filter((preset) => names.includes(preset) && !preset.startsWith('look')).map((preset) => ({
    name: preset,
    channel: -1,
    preset,
  }));
}
