import type { VRM, VRMExpression } from '@pixiv/three-vrm';
import type { Mesh } from 'three';
import { ARKIT_CHANNELS, ARKIT_INDEX, type ArkitChannel } from '../../../../shared/domain/arkit.ts';
import type { AvatarMapping } from '../../../../shared/domain/avatar-mapping.ts';
import type { NamedGuess } from '../../../../shared/domain/rig-naming.ts';
import {
  type MorphDrive,
  PERFECT_SYNC_MIN,
  PRESETS,
  readMorphName,
} from '../../../../shared/domain/rig-naming-morphs.ts';
import type { MorphCell } from '../morphs.ts';
import { PRESET_INDEX } from './preset-weights.ts';

const NONE = 0;
const BLINK = 1;
const LOOK = 2;
const MOUTH = 3;

interface Cell extends MorphCell {
  readonly weight: number;
}

interface Entry {
  readonly expression: VRMExpression;
  readonly cells: readonly Cell[];
  /** Colours and textures, which three-vrm sets. */
  readonly others: readonly { applyWeight(weight: number): void; clearAppliedWeight(): void }[];
  /** What another expression may hold back in it. */
  readonly part: number;
  /** Index into the channels, or −1. */
  channel: number;
  /** Index into PRESETS, or −1. */
  preset: number;
  /** Indices into the user's expressions: the same may be on several keys. */
  readonly slots: number[];
  othersAt: number;
  pressed: number;
}

function partOf(name: string): number {
  if (/^(blink|blinkLeft|blinkRight|eyeBlink.*)$/i.test(name)) return BLINK;
  if (/^look(Up|Down|Left|Right)$/i.test(name)) return LOOK;
  if (/^(aa|ih|ou|ee|oh|jaw.+|mouth.+|tongueOut)$/i.test(name)) return MOUTH;
  return NONE;
}

function entryOf(expression: VRMExpression): Entry {
  const cells: Cell[] = [];
  const others: Entry['others'][number][] = [];
  for (const bind of expression.binds) {
    const { primitives, index, weight } = bind as { primitives?: Mesh[]; index?: number; weight?: number };
    if (!primitives || index === undefined) others.push(bind);
    const seen = new Set<number[]>();
    for (const { morphTargetInfluences: influences } of primitives ?? []) {
      if (!influences || index === undefined || seen.has(influences)) continue;
      seen.add(influences);
      if (influences[index] !== undefined) cells.push({ influences, index, weight: weight ?? 1 });
    }
  }
  return {
    expression,
    cells,
    others,
    part: partOf(expression.expressionName),
    channel: -1,
    preset: -1,
    slots: [],
    othersAt: 0,
    pressed: 0,
  };
}

/**
 * The expressions of a VRM, applied as three-vrm does but without making anything per frame: face and user's
 * expressions add up and stay within 1. What an expression says it overrides (blink, gaze, mouth) gives way only
 * when the user has put it on: a model whose smile blocks the blink could not blink while its person smiles.
 */
export class VrmExpressions {
  /** Perfect sync: 52 expressions for the 52 channels. */
  readonly perfectSync: boolean;
  readonly channels: Partial<Record<ArkitChannel, NamedGuess>> = {};
  /** What may be put on a key: all that moves something and is no channel of perfect sync nor the gaze's. */
  readonly names: readonly string[];
  private readonly entries: readonly Entry[];
  private readonly byName: ReadonlyMap<string, Entry>;

  constructor(vrm: VRM, mapping: AvatarMapping['channels']) {
    this.entries = (vrm.expressionManager?.expressions ?? [])
      .filter(({ binds }) => binds.length > 0)
      .map(entryOf);
    this.byName = new Map(this.entries.map((entry) => [entry.expression.expressionName, entry]));
    this.perfectSync = this.bindChannels(mapping);
    if (!this.perfectSync) this.bindPresets();
    this.bindMapping(mapping);
    this.names = this.entries
      .filter(({ channel, part }) => channel < 0 && part !== LOOK)
      .map(({ expression }) => expression.expressionName);
  }

  /** Expressions that the face drives. */
  get drives(): MorphDrive[] {
    return this.entries
      .filter(({ channel, preset }) => channel >= 0 || preset >= 0)
      .map(({ expression, channel, preset }) => ({
        name: expression.expressionName,
        channel,
        preset: PRESETS[preset] ?? null,
      }));
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Every expression that moves something. */
  get all(): string[] {
    return [...this.byName.keys()];
  }

  /** Every weight that an expression can set. */
  get cells(): MorphCell[] {
    return this.entries.flatMap(({ cells }) => cells);
  }

  /** The expression that turns an eye outwards by perfect sync. */
  get lookOut(): VRMExpression | null {
    const at = ARKIT_INDEX.eyeLookOutLeft;
    return this.entries.find(({ channel }) => channel === at)?.expression ?? null;
  }

  setSlots(names: readonly string[]): void {
    for (const entry of this.entries) entry.slots.length = 0;
    names.forEach((name, slot) => {
      const entry = this.byName.get(name);
      // The gaze's are set anew by lookAt at every frame.
      if (entry && entry.part !== LOOK) entry.slots.push(slot);
    });
  }

  /** @param presets weights of PRESETS. The gaze's expressions keep the weights that lookAt has set. */
  apply(channels: Float32Array, presets: Float32Array, expressions: Float32Array): void {
    const { entries } = this;
    let blink = 1;
    let look = 1;
    let mouth = 1;
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!;
      const { expression, cells } = entry;
      for (let c = 0; c < cells.length; c++) cells[c]!.influences[cells[c]!.index] = 0;
      let pressed = 0;
      for (let s = 0; s < entry.slots.length; s++) pressed += expressions[entry.slots[s]!] ?? 0;
      entry.pressed = Math.min(1, pressed);
      const driven =
        entry.channel >= 0 ? channels[entry.channel]! : entry.preset >= 0 ? presets[entry.preset]! : 0;
      const kept = entry.part === LOOK ? expression.weight : 0;
      expression.weight = entry.pressed;
      blink -= expression.overrideBlinkAmount;
      look -= expression.overrideLookAtAmount;
      mouth -= expression.overrideMouthAmount;
      expression.weight = Math.min(1, driven + kept + entry.pressed);
    }
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!;
      const { cells, others, part } = entry;
      const free = part === BLINK ? blink : part === LOOK ? look : part === MOUTH ? mouth : 1;
      const weight = entry.expression.outputWeight * Math.max(0, free);
      if (weight > 0) {
        for (let c = 0; c < cells.length; c++) {
          const { influences, index, weight: share } = cells[c]!;
          influences[index] = influences[index]! + weight * share;
        }
      }
      if (others.length > 0 && weight !== entry.othersAt) this.colour(entry, weight);
    }
  }

  /** Colours change rarely, so all of them are set anew when one does. */
  private colour(changed: Entry, weight: number): void {
    changed.othersAt = weight;
    for (let i = 0; i < this.entries.length; i++) {
      const { others } = this.entries[i]!;
      for (let k = 0; k < others.length; k++) others[k]!.clearAppliedWeight();
    }
    for (let i = 0; i < this.entries.length; i++) {
      const { others, othersAt } = this.entries[i]!;
      for (let k = 0; k < others.length && othersAt > 0; k++) others[k]!.applyWeight(othersAt);
    }
  }

  private bindChannels(mapping: AvatarMapping['channels']): boolean {
    const bound: [Entry, number][] = [];
    for (const entry of this.entries) {
      const channel = readMorphName(entry.expression.expressionName)?.channel ?? -1;
      if (channel >= 0) bound.push([entry, channel]);
    }
    if (bound.length < PERFECT_SYNC_MIN) return false;
    for (const [entry, channel] of bound) {
      const key = ARKIT_CHANNELS[channel]!;
      if (Object.hasOwn(mapping, key)) continue;
      entry.channel = channel;
      this.channels[key] = { name: entry.expression.expressionName, confidence: 1 };
    }
    return true;
  }

  private bindPresets(): void {
    const separate = this.byName.has('blinkLeft') && this.byName.has('blinkRight');
    for (const name of PRESETS) {
      const entry = this.byName.get(name);
      if (!entry || entry.part === LOOK) continue;
      const single = name === 'blinkLeft' || name === 'blinkRight';
      if ((name === 'blink' && separate) || (single && !separate)) continue;
      entry.preset = PRESET_INDEX[name];
    }
  }

  private bindMapping(mapping: AvatarMapping['channels']): void {
    for (const [key, name] of Object.entries(mapping) as [ArkitChannel, string | null][]) {
      const entry = name === null ? null : this.byName.get(name);
      if (!entry) continue;
      entry.channel = ARKIT_INDEX[key];
      entry.preset = -1;
      this.channels[key] = { name: name!, confidence: 1 };
    }
  }
}
