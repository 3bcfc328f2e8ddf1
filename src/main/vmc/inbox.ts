import { ARKIT_COUNT } from '../../shared/domain/arkit.ts';
import { HUMAN_BONE_COUNT, HUMAN_BONE_INDEX } from '../../shared/domain/human-bones.ts';
import { MAX_VMC_EXPRESSIONS, type VmcPose } from '../../shared/ipc/vmc.ts';
import { clamp } from '../../shared/math/scalar.ts';
import { type BlendTarget, blendTarget } from './blend-names.ts';
import type { VmcArgument } from './packets.ts';
import { boneOfUnity, reflect } from './unity.ts';

/** Names of blend shapes that are looked up once; more than any avatar has. */
const MAX_NAMES = 512;
/** Metres that the hips may go, and that any place may be away. */
const MAX_SHIFT_M = 0.6;
const MAX_PLACE_M = 1000;

const HIPS = HUMAN_BONE_INDEX.hips;

/** Enough for a rotation, and short in a message. */
const short = (value: number): number => Math.round(value * 10_000) / 10_000;

type Place = [number, number, number];

/**
 * Collects what messages say until it is taken: the newest rotation of every bone, and the blend shapes as of the
 * last `Apply`. Everything in our own frame.
 */
export class VmcInbox {
  readonly #rotations = new Float64Array(HUMAN_BONE_COUNT * 4);
  readonly #hasBone = new Uint8Array(HUMAN_BONE_COUNT);
  readonly #root = { place: [0, 0, 0] as Place, rotation: [0, 0, 0, 1] as [number, number, number, number] };
  #hips: Place | null = null;
  /** Where hips and root were when the sender began: what is at rest there, is at rest here. */
  #rest: Place | null = null;
  readonly #targets = new Map<string, BlendTarget>();
  /** Blend shapes by the name they came with: those of the picture that is being told, and the last whole one. */
  #telling = new Map<string, number>();
  #told: ReadonlyMap<string, number> = new Map();
  #news = false;

  /** Takes one message. @returns whether it was of use */
  take(address: string, args: readonly VmcArgument[]): boolean {
    switch (address) {
      case '/VMC/Ext/Bone/Pos':
        return this.#bone(args);
      case '/VMC/Ext/Root/Pos':
        return this.#rootPlace(args);
      case '/VMC/Ext/Blend/Val':
        return this.#blend(args);
      case '/VMC/Ext/Blend/Apply':
        this.#told = this.#telling;
        this.#telling = new Map();
        this.#news = true;
        return true;
      case '/VMC/Ext/OK':
      case '/VMC/Ext/T':
        return true;
      default:
        return false;
    }
  }

  /** What is known by now; null when nothing has come since the last time. */
  collect(): VmcPose | null {
    if (!this.#news) return null;
    this.#news = false;
    return { bones: this.#bones(), hips: this.#shift(), ...this.#face() };
  }

  /** Another sender, or none any more: what was collected is forgotten. */
  clear(): void {
    this.#hasBone.fill(0);
    this.#hips = null;
    this.#rest = null;
    this.#root.place = [0, 0, 0];
    this.#root.rotation = [0, 0, 0, 1];
    this.#telling = new Map();
    this.#told = new Map();
    this.#targets.clear();
    this.#news = false;
  }

  #bone(args: readonly VmcArgument[]): boolean {
    const name = args[0];
    const numbers = transform(args);
    if (typeof name !== 'string' || !numbers) return false;
    const bone = boneOfUnity(name);
    if (bone < 0) return false;
    const [x, y, z, qx, qy, qz, qw] = numbers;
    this.#rotations.set([qx, reflect(qy), reflect(qz), qw], bone * 4);
    this.#hasBone[bone] = 1;
    if (bone === HIPS) this.#hips = [reflect(x), y, z];
    this.#news = true;
    return true;
  }

  #rootPlace(args: readonly VmcArgument[]): boolean {
    const numbers = transform(args);
    if (typeof args[0] !== 'string' || !numbers) return false;
    const [x, y, z, qx, qy, qz, qw] = numbers;
    this.#root.place = [reflect(x), y, z];
    this.#root.rotation = [qx, reflect(qy), reflect(qz), qw];
    this.#news = true;
    return true;
  }

  #blend(args: readonly VmcArgument[]): boolean {
    const [name, value] = args;
    if (typeof name !== 'string' || name === '' || typeof value !== 'number') return false;
    if (!this.#targets.has(name)) {
      if (this.#targets.size >= MAX_NAMES) return false;
      this.#targets.set(name, blendTarget(name));
    }
    this.#telling.set(name, clamp(value, 0, 1));
    return true;
  }

  #bones(): number[] {
    const bones: number[] = [];
    for (let bone = 0; bone < HUMAN_BONE_COUNT; bone++) {
      if (!this.#hasBone[bone]) continue;
      const [x, y, z, w] = this.#rotations.subarray(bone * 4, bone * 4 + 4) as unknown as Rotation;
      const own: Rotation = bone === HIPS ? product(this.#root.rotation, [x, y, z, w]) : [x, y, z, w];
      bones.push(bone, short(own[0]), short(own[1]), short(own[2]), short(own[3]));
    }
    return bones;
  }

  #shift(): Place | null {
    if (!this.#hips) return null;
    const turned = rotated(this.#root.rotation, this.#hips);
    const at = turned.map((value, i) => value + this.#root.place[i]!) as Place;
    this.#rest ??= at;
    return at.map((value, i) => short(clamp(value - this.#rest![i]!, -MAX_SHIFT_M, MAX_SHIFT_M))) as Place;
  }

  #face(): Pick<VmcPose, 'channels' | 'expressions'> {
    const values = new Float64Array(ARKIT_COUNT);
    const has = new Uint8Array(ARKIT_COUNT);
    const expressions: Record<string, number> = {};
    let named = 0;
    // A sender of perfect sync may tell the presets as well; the finer of the two speaks.
    let isPerfect = false;
    for (const name of this.#told.keys()) isPerfect ||= this.#targets.get(name)?.kind === 'channel';
    for (const [name, value] of this.#told) {
      const target = this.#targets.get(name)!;
      if (target.kind === 'channel') {
        values[target.index] = value;
        has[target.index] = 1;
      } else if (target.kind === 'preset') {
        for (const [index, share] of isPerfect ? [] : target.shares) {
          values[index] = Math.min(1, values[index]! + value * share);
          has[index] = 1;
        }
      } else if (named < MAX_VMC_EXPRESSIONS && name !== '__proto__') {
        expressions[target.name] = short(value);
        named++;
      }
    }
    const channels: number[] = [];
    for (let i = 0; i < ARKIT_COUNT; i++) if (has[i]) channels.push(i, short(values[i]!));
    return { channels, expressions };
  }
}

type Rotation = [number, number, number, number];
type Transform = [number, number, number, ...Rotation];

/** A place and a unit quaternion behind a name; null when it is none or beyond reason. */
function transform(args: readonly VmcArgument[]): Transform | null {
  if (args.length < 8) return null;
  const numbers = args.slice(1, 8);
  if (!numbers.every((value) => typeof value === 'number')) return null;
  const [x, y, z, qx, qy, qz, qw] = numbers as Transform;
  if (Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) > MAX_PLACE_M) return null;
  const length = Math.hypot(qx, qy, qz, qw);
  if (!(length > 0.5 && length < 2)) return null;
  return [x, y, z, qx / length, qy / length, qz / length, qw / length];
}

/** The Hamilton product: first b, then a. */
function product([ax, ay, az, aw]: Rotation, [bx, by, bz, bw]: Rotation): Rotation {
  return [
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ];
}

function rotated([x, y, z, w]: Rotation, [px, py, pz]: Place): Place {
  const [rx, ry, rz] = product(product([x, y, z, w], [px, py, pz, 0]), [-x, -y, -z, w]);
  return [rx, ry, rz];
}
