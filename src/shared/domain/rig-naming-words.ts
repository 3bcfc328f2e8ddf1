/** What a bone's name says by itself, before its place in the skeleton is looked at. */
export type BoneKind =
  | 'hips'
  | 'torso'
  | 'chest'
  | 'neck'
  | 'head'
  | 'eye'
  | 'jaw'
  | 'shoulder'
  | 'arm'
  | 'upperArm'
  | 'lowerArm'
  | 'hand'
  | 'palm'
  | 'leg'
  | 'upperLeg'
  | 'lowerLeg'
  | 'foot'
  | 'toes'
  | Finger;
export const FINGERS = ['thumb', 'index', 'middle', 'ring', 'little'] as const;
export type Finger = (typeof FINGERS)[number];
export type Side = 'left' | 'right';

export interface BoneWord {
  readonly kind: BoneKind;
  readonly side: Side | null;
  /** A bone of the palm, before the first knuckle. */
  readonly metacarpal: boolean;
}

/** Words of MMD's bones, longest first, so that a wrist is no neck. */
const JAPANESE: readonly (readonly [string, string])[] = [
  ['手首', 'wrist'],
  ['足首', 'ankle'],
  ['親指', 'thumb'],
  ['人差指', 'index'],
  ['人指', 'index'],
  ['中指', 'middle'],
  ['薬指', 'ring'],
  ['小指', 'little'],
  ['上半身', 'spine'],
  ['下半身', 'pelvis'],
  ['つま先', 'toe'],
  ['ひじ', 'elbow'],
  ['ひざ', 'knee'],
  ['捩', 'twist'],
  ['左', 'left'],
  ['右', 'right'],
  ['頭', 'head'],
  ['首', 'neck'],
  ['肩', 'shoulder'],
  ['腕', 'arm'],
  ['足', 'leg'],
  ['目', 'eye'],
  ['先', 'end'],
];

/** Words of bones that move something else: targets of inverse kinematics, twists, sockets, ends, hair and clothes. */
const OTHERS = new Set(
  (
    'ik fk pole target ctrl ctl control con roll helper slot handslot socket attach attachment end tip nub eff ' +
    'effector mch sec bust tweak wgt hair skirt sleeve share weapon prop ponytail top corrective offset dummy lid ' +
    'brow lash cheek ear nose lip teeth tongue bangs hat glasses heel cape breast ribbon tail wing p cancel'
  ).split(' '),
);
/** Words of exporters and of rigs that say nothing of the part. */
const NOISE = new Set(
  'def org bip j c cc base armature skeleton skel rig joint jnt jt bone bn b valve biped character char human sk avatar adj face f g'.split(
    ' ',
  ),
);

const WORDS: Readonly<Record<BoneKind, string>> = {
  hips: 'hips hip pelvis',
  torso: 'spine torso abdomen stomach belly waist body back lowerspine upperspine spinelower spineupper',
  chest: 'chest upperchest ribcage ribs thorax chestupper',
  neck: 'neck necktwist necklower neckupper',
  head: 'head',
  eye: 'eye eyeball eyes',
  jaw: 'jaw lowerjaw jawlower mandible jawroot',
  shoulder: 'shoulder clavicle collar collarbone clav',
  arm: 'arm',
  upperArm: 'upperarm uparm armupper humerus bicep',
  lowerArm: 'lowerarm forearm elbow armlower lowarm',
  hand: 'hand wrist',
  palm: 'palm',
  leg: 'leg',
  upperLeg: 'upperleg upleg thigh legupper femur',
  lowerLeg: 'lowerleg shin calf knee leglower lowleg',
  foot: 'foot ankle',
  toes: 'toe toes toebase ball',
  thumb: 'thumb',
  index: 'index pointer forefinger',
  middle: 'middle mid',
  ring: 'ring',
  little: 'little pinky pinkie',
};
const KINDS = new Map<string, BoneKind>();
for (const [kind, words] of Object.entries(WORDS)) {
  for (const word of words.split(' ')) KINDS.set(word, kind as BoneKind);
}
const BIPED_FINGERS: readonly Finger[] = FINGERS;

function tokensOf(name: string): string[] {
  let text = name.normalize('NFKC').slice(Math.max(name.lastIndexOf(':'), name.lastIndexOf('|')) + 1);
  for (const [word, english] of JAPANESE) text = text.replaceAll(word, ` ${english} `);
  return text
    .replace(/mixamorig\d*/i, ' ')
    .replace(/bip0*\d+/i, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/([a-zA-Z])(\d)/g, '$1 $2')
    .replace(/(\d)([a-zA-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((token) => token !== '');
}

const sideOf = (token: string): Side | null =>
  token === 'l' || token === 'left' || token === 'lt'
    ? 'left'
    : token === 'r' || token === 'right' || token === 'rt'
      ? 'right'
      : null;

/** Part, side and place of the finger by a bone's name alone; null: it names none. */
export function readBoneName(name: string): BoneWord | null {
  const words: string[] = [];
  let side: Side | null = null;
  let digits = '';
  let metacarpal = false;
  for (const token of tokensOf(name)) {
    const named = sideOf(token);
    if (named) side ??= named;
    else if (/^\d+$/.test(token)) digits ||= token;
    else if (token === 'metacarpal') metacarpal = true;
    else if (token === 'proximal' || token === 'intermediate' || token === 'distal') continue;
    else if (!NOISE.has(token)) words.push(token);
  }
  if (words.some((word) => OTHERS.has(word))) return null;
  if (words.includes('twist') && words[0] !== 'neck') return null;
  const finger = words.map((word) => KINDS.get(word)).find((kind) => FINGERS.includes(kind as Finger));
  if (finger && words.every((word) => KINDS.get(word) === finger || word === 'finger' || word === 'hand')) {
    return { kind: finger, side, metacarpal };
  }
  // 3ds Max: Finger0 is the thumb, Finger12 the third joint of the index finger.
  if (words.join('') === 'finger' && digits) {
    const kind = BIPED_FINGERS[Number(digits[0])];
    return kind ? { kind, side, metacarpal: false } : null;
  }
  const core = words.join('');
  const kind = KINDS.get(core);
  if (kind) return { kind, side, metacarpal };
  // A loader may have taken out the dot of «upperarm.l».
  const glued = side === null && /^(.+)([lr])$/.exec(core);
  const stem = glued ? KINDS.get(glued[1]!) : undefined;
  return glued && stem ? { kind: stem, side: glued[2] === 'l' ? 'left' : 'right', metacarpal } : null;
}
