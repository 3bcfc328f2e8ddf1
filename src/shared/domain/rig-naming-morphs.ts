import { ARKIT_CHANNELS, ARKIT_INDEX, type ArkitChannel } from './arkit.ts';
import type { AvatarMapping } from './avatar-mapping.ts';
import type { MorphFamily, NamedGuess } from './rig-naming.ts';

/** Shapes of faces without ARKit's 52: the presets of VRM 1.0 by their names, and parts of faces that others have. */
export const PRESETS = [
  'aa',
  'ih',
  'ou',
  'ee',
  'oh',
  'pp',
  'blink',
  'blinkLeft',
  'blinkRight',
  'happy',
  'angry',
  'sad',
  'surprised',
  'lookUp',
  'lookDown',
  'lookLeft',
  'lookRight',
  'browsUp',
  'browsDown',
  'browsSad',
  'mouthSmile',
  'mouthFrown',
  'eyesWide',
] as const;
export type Preset = (typeof PRESETS)[number];

/** With fewer matching expressions a VRM has no perfect sync, only a name by chance. */
export const PERFECT_SYNC_MIN = 20;

/** What one name stands for: a channel (index in ARKIT_CHANNELS, else −1) or a preset. */
export interface MorphWord {
  readonly channel: number;
  readonly preset: Preset | null;
  readonly family: MorphFamily;
  readonly confidence: number;
}

/** A morph target that the tracked face drives. */
export interface MorphDrive {
  readonly name: string;
  readonly channel: number;
  readonly preset: Preset | null;
}

export interface MorphNaming {
  readonly family: MorphFamily;
  readonly confidence: number;
  readonly channels: Readonly<Partial<Record<ArkitChannel, NamedGuess>>>;
  readonly drives: readonly MorphDrive[];
}

const normal = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

const CHANNELS = new Map<string, number>();
ARKIT_CHANNELS.forEach((name, index) => {
  const key = normal(name);
  CHANNELS.set(key, index);
  if (key.endsWith('left')) CHANNELS.set(`${key.slice(0, -4)}l`, index);
  if (key.endsWith('right')) CHANNELS.set(`${key.slice(0, -5)}r`, index);
});

/** Character Creator's own words for ARKit's shapes; several of its shapes may make up one. */
const CREATOR: Readonly<Record<string, ArkitChannel>> = {
  browraiseinnerl: 'browInnerUp',
  browraiseinnerr: 'browInnerUp',
  browraiseouterl: 'browOuterUpLeft',
  browraiseouterr: 'browOuterUpRight',
  browdropl: 'browDownLeft',
  browdropr: 'browDownRight',
  eyellookup: 'eyeLookUpLeft',
  eyerlookup: 'eyeLookUpRight',
  eyellookdown: 'eyeLookDownLeft',
  eyerlookdown: 'eyeLookDownRight',
  eyellookl: 'eyeLookOutLeft',
  eyellookr: 'eyeLookInLeft',
  eyerlookl: 'eyeLookInRight',
  eyerlookr: 'eyeLookOutRight',
  cheekraisel: 'cheekSquintLeft',
  cheekraiser: 'cheekSquintRight',
  cheekpuffl: 'cheekPuff',
  cheekpuffr: 'cheekPuff',
  mouthpuckerupl: 'mouthPucker',
  mouthpuckerupr: 'mouthPucker',
  mouthpuckerdownl: 'mouthPucker',
  mouthpuckerdownr: 'mouthPucker',
  mouthfunnelupl: 'mouthFunnel',
  mouthfunnelupr: 'mouthFunnel',
  mouthfunneldownl: 'mouthFunnel',
  mouthfunneldownr: 'mouthFunnel',
  mouthrollinupperl: 'mouthRollUpper',
  mouthrollinupperr: 'mouthRollUpper',
  mouthrollinlowerl: 'mouthRollLower',
  mouthrollinlowerr: 'mouthRollLower',
  mouthdownlowerl: 'mouthLowerDownLeft',
  mouthdownlowerr: 'mouthLowerDownRight',
  mouthupupperl: 'mouthUpperUpLeft',
  mouthupupperr: 'mouthUpperUpRight',
};

const table = (words: Readonly<Record<string, string>>): Map<string, Preset> =>
  new Map(
    Object.entries(words).flatMap(([preset, names]) =>
      names.split(' ').map((name) => [name, preset as Preset] as const),
    ),
  );

const VROID = table({
  aa: 'fclmtha',
  ih: 'fclmthi',
  ou: 'fclmthu',
  ee: 'fclmthe',
  oh: 'fclmtho',
  blink: 'fcleyeclose',
  blinkLeft: 'fcleyeclosel',
  blinkRight: 'fcleyecloser',
  happy: 'fclalljoy',
  angry: 'fclallangry',
  sad: 'fclallsorrow',
  surprised: 'fclallsurprised',
  browsUp: 'fclbrwsurprised',
  browsDown: 'fclbrwangry',
  browsSad: 'fclbrwsorrow',
  mouthSmile: 'fclmthfun',
  mouthFrown: 'fclmthsorrow',
  eyesWide: 'fcleyespread',
} satisfies Partial<Record<Preset, string>>);

const VISEMES = table({
  aa: 'visemeaa vrcvaa',
  ih: 'visemeih visemei vrcvih',
  ou: 'visemeou visemeu vrcvou',
  ee: 'visemee vrcvee vrcve',
  oh: 'visemeoh visemeo vrcvoh',
  pp: 'visemepp vrcvpp',
} satisfies Partial<Record<Preset, string>>);

const CREATOR_VISEMES = table({
  aa: 'vopen',
  ou: 'vtighto',
  ee: 'vwide',
  pp: 'vexplosive',
} satisfies Partial<Record<Preset, string>>);

const GENERIC = table({
  aa: 'aa a ah mouthopen openmouth jawdrop mouthah mouthaa',
  ih: 'ih i',
  ou: 'ou u ooh mouthou',
  ee: 'ee e eee mouthee',
  oh: 'oh o mouthoh',
  pp: 'mbp mouthmbp',
  blink: 'blink blinkboth eyesclosed eyesclose eyeclose eyeclosed closeeyes vrcblink',
  blinkLeft: 'blinkleft blinkl winkleft winkl wink eyecloseleft eyeclosel leftblink',
  blinkRight: 'blinkright blinkr winkright winkr eyecloseright eyecloser rightblink',
  happy: 'happy joy fun',
  angry: 'angry anger',
  sad: 'sad sorrow',
  surprised: 'surprised surprise',
  lookUp: 'lookup eyesup eyeslookup',
  lookDown: 'lookdown eyesdown eyeslookdown',
  lookLeft: 'lookleft eyesleft eyeslookleft',
  lookRight: 'lookright eyesright eyeslookright',
  browsUp: 'browsup browup eyebrowsup eyebrowup browsraise',
  browsDown: 'browsdown browdown eyebrowsdown eyebrowdown',
  browsSad: 'browssad',
  mouthSmile: 'mouthsmile smile',
  mouthFrown: 'mouthfrown frown',
  eyesWide: 'eyeswide eyewide',
} satisfies Record<Preset, string>);

const MMD = table({
  aa: 'あ',
  ih: 'い',
  ou: 'う',
  ee: 'え',
  oh: 'お',
  pp: 'ん',
  blink: 'まばたき',
  blinkLeft: 'ウィンク2',
  blinkRight: 'ウィンク2右',
  browsUp: '上',
  browsDown: '怒り',
  browsSad: '困る',
  mouthSmile: 'にやり 口角上げ',
  mouthFrown: '口角下げ',
  eyesWide: 'びっくり',
} satisfies Partial<Record<Preset, string>>);
/** They smile as well, so the calm ones go first. */
const MMD_SECOND = table({ blinkLeft: 'ウィンク', blinkRight: 'ウィンク右' });

/** Spellings to try, from the whole name to its last part without an exporter's prefix. */
function spellings(name: string): string[] {
  const last = name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':'), name.lastIndexOf('|')) + 1);
  const whole = normal(name);
  const tail = normal(last);
  const prefix = /^(blendshapes?\d*|bs|face|head|fcl|vrc|arkit|shape|exp|v)(?=[a-z])/;
  const bare = tail.replace(prefix, '');
  return [...new Set([whole, tail, bare, bare.replace(prefix, ''), whole.replace(/^blendshapes?\d*/, '')])];
}

/** @returns what a morph target's or expression's name stands for in any usual spelling, or null. */
export function readMorphName(name: string): MorphWord | null {
  const forms = spellings(name);
  for (const [at, form] of forms.entries()) {
    const channel = CHANNELS.get(form);
    if (channel !== undefined) {
      return { channel, preset: null, family: 'arkit', confidence: at === 0 ? 1 : 0.9 };
    }
  }
  const preset = (found: Preset, family: MorphFamily, confidence: number): MorphWord => ({
    channel: -1,
    preset: found,
    family,
    confidence,
  });
  const japanese = name.normalize('NFKC').trim();
  const first = MMD.get(japanese);
  if (first) return preset(first, 'mmd', 0.95);
  const second = MMD_SECOND.get(japanese);
  if (second) return preset(second, 'mmd', 0.8);
  for (const form of forms.slice(0, 2)) {
    const creator = Object.hasOwn(CREATOR, form) ? CREATOR[form] : undefined;
    if (creator) {
      return {
        channel: ARKIT_INDEX[creator],
        preset: null,
        family: 'character-creator',
        confidence: 0.9,
      };
    }
    const vroid = VROID.get(form);
    if (vroid) return preset(vroid, 'vroid', 0.95);
    const viseme = VISEMES.get(form);
    if (viseme) return preset(viseme, 'oculus', 0.95);
    const spoken = CREATOR_VISEMES.get(form);
    if (spoken) return preset(spoken, 'character-creator', 0.9);
  }
  for (const [at, form] of forms.entries()) {
    const generic = GENERIC.get(form);
    // One letter is a vowel only where it is the whole name.
    if (generic && (at === 0 || form.length > 1)) return preset(generic, 'generic', at === 0 ? 0.7 : 0.6);
  }
  return null;
}

/** Channels and parts that do a preset's work better; where one of them is driven the preset rests. */
const COVERED_BY: Readonly<Record<Preset, readonly (ArkitChannel | Preset)[]>> = {
  aa: ['jawOpen'],
  ih: ['jawOpen'],
  ou: ['jawOpen'],
  ee: ['jawOpen'],
  oh: ['jawOpen'],
  pp: ['jawOpen'],
  blink: ['eyeBlinkLeft', 'eyeBlinkRight'],
  blinkLeft: ['eyeBlinkLeft'],
  blinkRight: ['eyeBlinkRight'],
  happy: ['mouthSmileLeft', 'mouthSmile'],
  angry: ['browDownLeft', 'browsDown'],
  sad: ['mouthFrownLeft', 'mouthFrown', 'browsSad'],
  surprised: ['eyeWideLeft', 'browInnerUp', 'browsUp', 'eyesWide'],
  lookUp: ['eyeLookUpLeft'],
  lookDown: ['eyeLookDownLeft'],
  lookLeft: ['eyeLookOutLeft'],
  lookRight: ['eyeLookInLeft'],
  browsUp: ['browInnerUp', 'browOuterUpLeft'],
  browsDown: ['browDownLeft'],
  browsSad: ['browInnerUp'],
  mouthSmile: ['mouthSmileLeft'],
  mouthFrown: ['mouthFrownLeft'],
  eyesWide: ['eyeWideLeft'],
};

interface Read {
  readonly name: string;
  readonly word: MorphWord;
}

function drivesOf(reads: readonly Read[], mapping: AvatarMapping['channels']): MorphDrive[] {
  const mapped = Object.entries(mapping) as [ArkitChannel, string | null][];
  const taken = new Set(mapped.flatMap(([, name]) => (name === null ? [] : [name])));
  const spoken = new Set(mapped.map(([channel]) => ARKIT_INDEX[channel]));
  const drives: MorphDrive[] = mapped.flatMap(([channel, name]) =>
    name === null ? [] : [{ name, channel: ARKIT_INDEX[channel], preset: null }],
  );
  const free = reads.filter(({ name }) => !taken.has(name));
  const surest = (fits: (word: MorphWord) => boolean): number =>
    Math.max(0, ...free.filter(({ word }) => fits(word)).map(({ word }) => word.confidence));
  for (const { name, word } of free) {
    if (word.channel < 0 || spoken.has(word.channel)) continue;
    if (word.confidence < surest(({ channel }) => channel === word.channel)) continue;
    drives.push({ name, channel: word.channel, preset: null });
  }
  const has = (part: ArkitChannel | Preset): boolean =>
    Object.hasOwn(ARKIT_INDEX, part)
      ? drives.some(({ channel }) => channel === ARKIT_INDEX[part as ArkitChannel])
      : free.some(({ word }) => word.preset === part);
  for (const { name, word } of free) {
    const { preset } = word;
    if (!preset || COVERED_BY[preset].some(has)) continue;
    if (preset === 'blink' && has('blinkLeft') && has('blinkRight')) continue;
    if (word.confidence < surest((other) => other.preset === preset)) continue;
    drives.push({ name, channel: -1, preset });
  }
  return drives;
}

/**
 * What the tracked face drives of a model's morph targets, by their names and the user's mapping; pure, so that the
 * check of a file and the rig say the same. @param names each once, as the file has them
 */
export function guessMorphs(names: readonly string[], mapping: AvatarMapping['channels'] = {}): MorphNaming {
  const reads = names.flatMap((name) => {
    const word = readMorphName(name);
    return word ? [{ name, word }] : [];
  });
  const present = new Set(names);
  const valid = Object.fromEntries(
    Object.entries(mapping).filter(([, name]) => name === null || present.has(name)),
  ) as AvatarMapping['channels'];
  const drives = drivesOf(reads, valid);
  const counts = new Map<MorphFamily, number>();
  for (const { word } of reads) counts.set(word.family, (counts.get(word.family) ?? 0) + 1);
  const family = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'none';
  const sum = reads.reduce((total, { word }) => total + word.confidence, 0);
  const channels: Partial<Record<ArkitChannel, NamedGuess>> = {};
  for (const { name, channel } of drives) {
    const key = ARKIT_CHANNELS[channel];
    if (!key || channels[key]) continue;
    const confidence =
      valid[key] === name ? 1 : (reads.find((read) => read.name === name)?.word.confidence ?? 1);
    channels[key] = { name, confidence };
  }
  return {
    family,
    confidence: reads.length === 0 ? 0 : Math.round((sum / reads.length) * 100) / 100,
    channels,
    drives,
  };
}
