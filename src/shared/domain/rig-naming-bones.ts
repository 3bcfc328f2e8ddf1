import { HUMAN_BONES, type HumanBone } from './human-bones.ts';
import type { BoneFamily } from './rig-naming.ts';
import { type BoneKind, type BoneWord, FINGERS, readBoneName, type Side } from './rig-naming-words.ts';

/** A node of a model: its name as the file has it, its parent's place in the list (−1: none). */
export interface NamedNode {
  readonly name: string;
  readonly parent: number;
  /** It is a joint of a skin. */
  readonly joint: boolean;
}

export interface BoneGuess {
  /** Place in the list of nodes. */
  readonly node: number;
  readonly confidence: number;
}

export interface BoneNaming {
  readonly family: BoneFamily;
  readonly confidence: number;
  readonly bones: Readonly<Partial<Record<HumanBone, BoneGuess>>>;
  /** There are feet, but not at the ends of the legs: a skeleton whose legs are solved towards them. */
  readonly feetApart: boolean;
}

const BY_NAME = 0.95;
const BY_RESOLVED_NAME = 0.8;
const BY_PLACE = 0.6;
const NOT_A_JOINT = 0.3;

/** A word with its place in the tree. */
interface Candidate extends BoneWord {
  readonly node: number;
}

/** Finds bones by the words of their names and settles what is ambiguous by their places in the skeleton. */
class Resolver {
  readonly found = new Map<HumanBone, BoneGuess>();
  feetApart = false;
  private readonly nodes: readonly NamedNode[];
  private readonly candidates: readonly Candidate[];
  private readonly depth: readonly number[];
  private readonly anyJoint: boolean;

  constructor(nodes: readonly NamedNode[], eligible: (name: string) => boolean) {
    this.nodes = nodes;
    this.anyJoint = nodes.some(({ joint }) => joint);
    this.depth = nodes.map((_, node) => this.ancestors(node).length);
    this.candidates = nodes.flatMap(({ name }, node) => {
      const word = eligible(name) ? readBoneName(name) : null;
      return word ? [{ ...word, node }] : [];
    });
    this.resolve();
  }

  private resolve(): void {
    for (const side of ['left', 'right'] as const) {
      this.arm(side);
      this.leg(side);
    }
    this.head();
    this.hips();
    this.torso();
    const head = this.at('head');
    if (head !== null) {
      for (const side of ['left', 'right'] as const) this.take(`${side}Eye`, this.pick('eye', side, head));
      this.take('jaw', this.pick('jaw', null, head));
    }
    // A mesh called «head» and nothing else is a name, not a skeleton.
    if (!this.anyJoint && this.found.size < 3) this.found.clear();
  }

  private ancestors(node: number): number[] {
    const list: number[] = [];
    // The list is bounded, so that a broken tree ends too.
    for (let at = node; at >= 0 && list.length <= this.nodes.length; at = this.nodes[at]!.parent)
      list.push(at);
    return list;
  }

  private isBelow(node: number, ancestor: number): boolean {
    return node !== ancestor && this.ancestors(node).includes(ancestor);
  }

  private at(bone: HumanBone): number | null {
    return this.found.get(bone)?.node ?? null;
  }

  private take(bone: HumanBone, node: number | null, confidence = BY_NAME): void {
    if (node === null || this.found.has(bone)) return;
    const sure = this.anyJoint && !this.nodes[node]!.joint ? confidence - NOT_A_JOINT : confidence;
    this.found.set(bone, { node, confidence: Math.round(sure * 100) / 100 });
  }

  /** Candidates of a kind, true joints first, then from the root down. */
  private all(kind: BoneKind, side: Side | null, below: number | null = null): number[] {
    const nodes = this.candidates
      .filter((c) => c.kind === kind && c.side === side && !(c.metacarpal && kind !== 'thumb'))
      .map(({ node }) => node)
      .filter((node) => below === null || this.isBelow(node, below));
    return nodes.sort(
      (a, b) =>
        Number(this.nodes[b]!.joint) - Number(this.nodes[a]!.joint) || this.depth[a]! - this.depth[b]!,
    );
  }

  private pick(kind: BoneKind, side: Side | null, below: number | null = null): number | null {
    return this.all(kind, side, below)[0] ?? null;
  }

  /** The first of the nodes and those of the rest that lie below one another. */
  private chain(nodes: readonly number[]): number[] {
    const chain: number[] = [];
    for (const node of nodes) {
      if (chain.length === 0 || this.isBelow(node, chain.at(-1)!)) chain.push(node);
    }
    return chain;
  }

  private commonAncestor(a: number, b: number): number | null {
    const others = new Set(this.ancestors(b));
    return this.ancestors(a).find((node) => others.has(node)) ?? null;
  }

  private arm(side: Side): void {
    const plain = this.chain(this.all('arm', side));
    const shoulders = this.chain(this.all('shoulder', side));
    let upper = this.pick('upperArm', side);
    let lower: number | null = null;
    let hand: number | null = null;
    let shoulder: number | null = null;
    let sure = BY_NAME;
    if (upper === null && plain.length >= 2 && this.pick('lowerArm', side, plain[0]!) === null) {
      // Numbered arms: their order in the skeleton counts, not their numbers.
      sure = BY_PLACE;
      const chain = plain.length >= 4 ? plain.slice(1) : plain;
      if (plain.length >= 4) shoulder = plain[0]!;
      [upper, lower, hand] = [chain[0]!, chain[1] ?? null, chain[2] ?? null];
    } else if (upper === null && plain.length > 0) {
      upper = plain[0]!;
    } else if (upper === null && shoulders.length > 0) {
      // A shoulder right before the elbow is the upper arm.
      sure = BY_RESOLVED_NAME;
      upper = shoulders.at(-1)!;
    }
    if (upper === null) return;
    shoulder ??= shoulders.find((node) => this.isBelow(upper, node)) ?? null;
    lower ??= this.pick('lowerArm', side, upper) ?? this.between(upper, this.pick('hand', side, upper));
    hand ??= this.pick('hand', side, lower ?? upper);
    if (hand === null) {
      const palms = this.all('palm', side, lower ?? upper);
      if (palms.length === 1) hand = palms[0]!;
    }
    this.take(`${side}Shoulder`, shoulder, sure);
    this.take(`${side}UpperArm`, upper, sure);
    this.take(`${side}LowerArm`, lower, sure);
    this.take(`${side}Hand`, hand, sure);
    this.fingers(side, hand ?? lower ?? upper);
  }

  /** The only joint on the way from an upper to an end joint, whatever its name; null where there is not one. */
  private between(upper: number, end: number | null): number | null {
    if (end === null) return null;
    const way = this.ancestors(end).filter((node) => this.isBelow(node, upper) && node !== end);
    return way.length === 1 ? way[0]! : null;
  }

  private fingers(side: Side, below: number): void {
    for (const finger of FINGERS) {
      const chain = this.chain(this.all(finger, side, below)).slice(0, 3);
      const name = finger[0]!.toUpperCase() + finger.slice(1);
      const parts =
        finger === 'thumb'
          ? chain.length === 3
            ? ['Metacarpal', 'Proximal', 'Distal']
            : ['Proximal', 'Distal']
          : ['Proximal', 'Intermediate', 'Distal'];
      chain.forEach((node, i) => {
        this.take(`${side}${name}${parts[i]}` as HumanBone, node);
      });
    }
  }

  private leg(side: Side): void {
    const plain = this.chain(this.all('leg', side));
    let upper = this.pick('upperLeg', side) ?? this.pick('hips', side);
    let lower: number | null = null;
    let foot: number | null = null;
    let toes: number | null = null;
    let sure = BY_NAME;
    if (upper === null && plain.length >= 2) {
      sure = BY_PLACE;
      [upper, lower, foot, toes] = [plain[0]!, plain[1]!, plain[2] ?? null, plain[3] ?? null];
    } else if (upper === null) {
      upper = plain[0] ?? null;
    }
    if (upper === null) return;
    lower ??= this.pick('lowerLeg', side, upper) ?? plain.find((node) => this.isBelow(node, upper)) ?? null;
    const ends = this.all('foot', side);
    foot ??= ends.find((node) => this.isBelow(node, lower ?? upper)) ?? null;
    lower ??= this.between(upper, foot);
    if (foot === null && ends.length > 0) {
      // Without their feet the legs would come off them.
      this.feetApart = true;
      return;
    }
    toes ??= foot === null ? null : this.pick('toes', side, foot);
    this.take(`${side}UpperLeg`, upper, sure);
    this.take(`${side}LowerLeg`, lower, sure);
    this.take(`${side}Foot`, foot, sure);
    this.take(`${side}Toes`, toes, sure);
  }

  /** Where the arms come out of the spine. */
  private get fork(): number | null {
    const left = this.at('leftShoulder') ?? this.at('leftUpperArm');
    const right = this.at('rightShoulder') ?? this.at('rightUpperArm');
    return left === null || right === null ? null : this.commonAncestor(left, right);
  }

  private head(): void {
    const fork = this.fork;
    const named = this.all('head', null);
    const head = named.find((node) => fork !== null && this.isBelow(node, fork)) ?? named[0] ?? null;
    if (head !== null) {
      this.take('head', head);
      return;
    }
    // No head by name: the last of a numbered neck or spine above the arms.
    const chain =
      fork === null
        ? this.chain(this.all('neck', null))
        : this.chain([...this.all('torso', null, fork), ...this.all('neck', null, fork)]);
    if (chain.length >= 2 || (chain.length === 1 && fork !== null)) {
      this.take('head', chain.at(-1)!, BY_PLACE);
    }
  }

  private hips(): void {
    const named = this.all('hips', null);
    const legs = [this.at('leftUpperLeg'), this.at('rightUpperLeg')];
    const [left, right] = legs;
    const top = this.at('head') ?? this.fork;
    let anchor = left === null || right === null ? (left ?? right) : this.commonAncestor(left!, right!);
    if (anchor !== null && top !== null) anchor = this.commonAncestor(anchor!, top);
    if (anchor === null || anchor === undefined) {
      this.take('hips', named[0] ?? null);
      return;
    }
    const above = this.ancestors(anchor);
    const fitting = above.find((node) => named.includes(node));
    if (fitting !== undefined) this.take('hips', fitting);
    else if (this.nodes[anchor]!.joint || (!this.anyJoint && above.length > 1)) {
      this.take('hips', anchor, BY_PLACE);
    }
  }

  private torso(): void {
    const head = this.at('head');
    const fork = this.fork;
    const end = head ?? fork;
    if (end === null) return;
    const hips = this.at('hips');
    const way = this.ancestors(end).reverse();
    const from = hips === null ? -1 : way.indexOf(hips);
    const path = way.slice(from + 1, head === null ? undefined : -1);
    const kindOf = new Map(this.candidates.filter((c) => c.side === null).map((c) => [c.node, c.kind]));
    const forkAt = fork === null ? -1 : path.indexOf(fork);
    const isNeck = (node: number, i: number): boolean =>
      kindOf.get(node) === 'neck' || (forkAt >= 0 && i > forkAt && kindOf.get(node) === 'torso');
    const neck = path.find(isNeck) ?? null;
    const neckAt = neck === null ? path.length : path.indexOf(neck);
    this.take('neck', neck, neck !== null && kindOf.get(neck) === 'neck' ? BY_NAME : BY_PLACE);
    const below = path.slice(0, neckAt);
    const spine = below.filter((node) => ['torso', 'chest', 'hips'].includes(kindOf.get(node) ?? ''));
    // Joints without a telling name between hips and arms are the spine where no other is.
    const torso = spine.length > 0 || hips === null ? spine : below.filter((node) => this.nodes[node]!.joint);
    const sure = spine.length > 0 ? BY_NAME : BY_PLACE;
    const [first] = torso;
    if (first === undefined) return;
    if (torso.length === 1) {
      this.take(kindOf.get(first) === 'chest' ? 'chest' : 'spine', first, sure);
      return;
    }
    this.take('spine', first, sure);
    if (torso.length === 2) this.take('chest', torso[1]!, sure);
    else {
      this.take('chest', torso[Math.floor(torso.length / 2)]!, sure);
      this.take('upperChest', torso.at(-1)!, sure);
    }
  }
}

const FAMILY_NAMES: readonly (readonly [BoneFamily, RegExp])[] = [
  ['mixamo', /^mixamorig\d*/i],
  ['vroid', /^J_(Bip|Adj)_/],
  ['character-creator', /^CC_Base_/],
  ['biped', /bip0*\d+/i],
  ['rigify', /^(DEF|ORG)-/],
  ['cesium', /(^|_)joint(_|$)/i],
  ['mmd', /[\u3040-\u30ff\u4e00-\u9fff]/],
  [
    'unreal',
    /^((upperarm|lowerarm|thigh|calf|clavicle|hand|foot|ball|((thumb|index|middle|ring|pinky)_\d\d))_[lr]|pelvis|spine_\d\d|neck_\d\d|head)$/,
  ],
  [
    'ready-player-me',
    /^((Left|Right)(Shoulder|Arm|ForeArm|Hand\w*|UpLeg|Leg|Foot|ToeBase|Eye)|Hips|Spine\d?|Neck|Head)$/,
  ],
  ['blender', /(\.[LR](\.\d+)?|_[LR])$/i],
];
const VRM_NAMES: ReadonlySet<string> = new Set(HUMAN_BONES);
/** Bones without which little can be shown of a person. */
const TELLING: readonly HumanBone[] = [
  'hips',
  'spine',
  'head',
  'leftUpperArm',
  'leftLowerArm',
  'leftHand',
  'rightUpperArm',
  'rightLowerArm',
  'rightHand',
  'leftUpperLeg',
  'leftLowerLeg',
  'rightUpperLeg',
  'rightLowerLeg',
];

function familyOf(names: readonly string[]): BoneFamily {
  if (names.length === 0) return 'none';
  if (names.filter((name) => VRM_NAMES.has(name)).length > names.length * 0.8) return 'vrm';
  let best: BoneFamily = 'generic';
  let most = names.length * 0.5;
  for (const [family, pattern] of FAMILY_NAMES) {
    const count = names.filter((name) => pattern.test(name)).length;
    if (count > most) {
      best = family;
      most = count;
    }
  }
  return best;
}

/**
 * Guesses which node of a model is which bone, by name and place in the tree; pure, so that the check of a file and
 * the rig say the same. Positions are not looked at.
 */
export function guessBones(nodes: readonly NamedNode[]): BoneNaming {
  // Rigify keeps up to three skeletons in one; the deforming one counts unless it hangs together worse.
  const layers = ['DEF-', 'ORG-'].filter(
    (prefix) => nodes.filter(({ name }) => name.startsWith(prefix)).length >= 10,
  );
  const tries =
    layers.length > 0
      ? layers.map((prefix) => new Resolver(nodes, (name) => name.startsWith(prefix)))
      : [new Resolver(nodes, () => true)];
  const best = tries.reduce((a, b) => (b.found.size > a.found.size ? b : a));
  const bones = Object.fromEntries(best.found) as Partial<Record<HumanBone, BoneGuess>>;
  const guesses = [...best.found.values()];
  const sum = TELLING.reduce((total, bone) => total + (best.found.get(bone)?.confidence ?? 0), 0);
  return {
    family: familyOf(guesses.map(({ node }) => nodes[node]!.name)),
    confidence: guesses.length === 0 ? 0 : Math.round((sum / TELLING.length) * 100) / 100,
    bones,
    feetApart: best.feetApart,
  };
}
