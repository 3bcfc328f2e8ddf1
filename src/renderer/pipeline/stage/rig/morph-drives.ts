import type { Mesh, Object3D } from 'three';
import type { MorphDrive } from '../../../../shared/domain/rig-naming-morphs.ts';
import type { MorphCell } from '../morphs.ts';
import { PRESET_INDEX } from './preset-weights.ts';

/** A weight and the one source that sets it; several sources may set the same. */
interface Driven extends MorphCell {
  readonly channel: number;
  readonly preset: number;
}

interface Slot extends MorphCell {
  readonly slot: number;
}

/** Every morph target below a node, by name, once per array of influences. */
export class MorphTable {
  private readonly cells = new Map<string, MorphCell[]>();

  constructor(root: Object3D) {
    const seen = new Set<number[]>();
    root.traverse((object) => {
      const { morphTargetDictionary: names, morphTargetInfluences: influences } = object as Mesh;
      if (!names || !influences || seen.has(influences)) return;
      seen.add(influences);
      for (const [name, index] of Object.entries(names)) {
        const known = this.cells.get(name);
        if (known) known.push({ influences, index });
        else this.cells.set(name, [{ influences, index }]);
      }
    });
  }

  get names(): string[] {
    return [...this.cells.keys()];
  }

  of(name: string): readonly MorphCell[] {
    return this.cells.get(name) ?? [];
  }
}

/**
 * Sets morph targets by the tracked face and by the user's expressions on top of it. What two of them set adds up
 * and stays within 1.
 */
export class MorphDrives {
  /** What the face drives. */
  readonly driven: readonly Driven[];
  private slots: readonly Slot[] = [];
  private readonly table: MorphTable;

  constructor(table: MorphTable, drives: readonly MorphDrive[]) {
    this.table = table;
    this.driven = drives.flatMap(({ name, channel, preset }) =>
      table.of(name).map(({ influences, index }) => ({
        influences,
        index,
        channel,
        preset: preset === null ? -1 : PRESET_INDEX[preset],
      })),
    );
  }

  get count(): number {
    return this.driven.length;
  }

  setSlots(names: readonly string[]): void {
    for (const { influences, index } of this.slots) influences[index] = 0;
    this.slots = names.flatMap((name, slot) =>
      this.table.of(name).map(({ influences, index }) => ({ influences, index, slot })),
    );
  }

  /** @param presets weights of PRESETS, see presetWeights */
  apply(channels: Float32Array, presets: Float32Array, expressions: Float32Array): void {
    const { driven, slots } = this;
    for (let i = 0; i < driven.length; i++) driven[i]!.influences[driven[i]!.index] = 0;
    for (let i = 0; i < slots.length; i++) slots[i]!.influences[slots[i]!.index] = 0;
    for (let i = 0; i < driven.length; i++) {
      const { influences, index, channel, preset } = driven[i]!;
      add(influences, index, channel >= 0 ? channels[channel]! : presets[preset]!);
    }
    for (let i = 0; i < slots.length; i++) {
      const { influences, index, slot } = slots[i]!;
      add(influences, index, expressions[slot] ?? 0);
    }
  }
}

function add(influences: number[], index: number, weight: number): void {
  influences[index] = Math.min(1, influences[index]! + weight);
}
