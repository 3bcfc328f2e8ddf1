import { ARKIT_CHANNELS } from '../../../../shared/domain/arkit.ts';

/** Expressions a model may know by other names than ARKit's; VRM 1.0 preset names. */
export const PRESETS = [
  'aa',
  'ih',
  'ou',
  'ee',
  'oh',
  'blink',
  'blinkLeft',
  'blinkRight',
  'happy',
  'angry',
  'sad',
  'surprised',
] as const;
export type Preset = (typeof PRESETS)[number];

const normal = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

const channels = new Map<string, number>();
ARKIT_CHANNELS.forEach((name, index) => {
  const key = normal(name);
  channels.set(key, index);
  if (key.endsWith('left')) channels.set(`${key.slice(0, -4)}l`, index);
  if (key.endsWith('right')) channels.set(`${key.slice(0, -5)}r`, index);
});

const presets = new Map<string, Preset>(
  Object.entries({
    a: 'aa',
    i: 'ih',
    u: 'ou',
    e: 'ee',
    o: 'oh',
    visemeaa: 'aa',
    visemeih: 'ih',
    visemei: 'ih',
    visemeou: 'ou',
    visemeu: 'ou',
    visemee: 'ee',
    visemeoh: 'oh',
    visemeo: 'oh',
    mouthopen: 'aa',
    blinkl: 'blinkLeft',
    blinkr: 'blinkRight',
    eyesclosed: 'blink',
    joy: 'happy',
    smile: 'happy',
    mouthsmile: 'happy',
    fun: 'happy',
    anger: 'angry',
    sorrow: 'sad',
    surprise: 'surprised',
  } satisfies Record<string, Preset>),
);
for (const preset of PRESETS) presets.set(preset.toLowerCase(), preset);

/** Spellings to try, from the whole name to its last part without an exporter's prefix. */
function spellings(name: string): string[] {
  const last = name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':'), name.lastIndexOf('|')) + 1);
  const whole = normal(name);
  const tail = normal(last);
  const bare = tail.replace(/^(blendshapes?\d*|bs|face|fcl|vrc|v)(?=[a-z])/, '');
  return [whole, tail, bare, whole.replace(/^blendshapes?\d*/, '')];
}

/** @returns index in ARKIT_CHANNELS of a morph target's or expression's name in any usual spelling, or −1. */
export function channelOf(name: string): number {
  for (const spelling of spellings(name)) {
    const index = channels.get(spelling);
    if (index !== undefined) return index;
  }
  return -1;
}

/** @returns the preset that a name stands for, or null. */
export function presetOf(name: string): Preset | null {
  for (const spelling of spellings(name)) {
    const preset = presets.get(spelling);
    if (preset) return preset;
  }
  return null;
}
