import { ARKIT_CHANNELS, ARKIT_INDEX, type ArkitChannel } from '../../shared/domain/arkit.ts';

/** What a blend shape of another program moves here. */
export type BlendTarget =
  /** One of the 52 channels (perfect sync). */
  | { readonly kind: 'channel'; readonly index: number }
  /** A preset of VRM that channels can say, by share. */
  | { readonly kind: 'preset'; readonly shares: readonly (readonly [index: number, share: number])[] }
  /** An expression of the avatar, by its VRM 1.0 name or the one it was sent with. */
  | { readonly kind: 'expression'; readonly name: string };

/** VRM 0.x has other names for the moods. */
const MOODS: Readonly<Record<string, string>> = {
  joy: 'happy',
  sorrow: 'sad',
  fun: 'relaxed',
  happy: 'happy',
  angry: 'angry',
  sad: 'sad',
  relaxed: 'relaxed',
  surprised: 'surprised',
  neutral: 'neutral',
};

/** Lids and vowels as our channels say them; both the names of VRM 0.x and those of 1.0. */
const PRESETS: Readonly<Record<string, Partial<Record<ArkitChannel, number>>>> = {
  blink: { eyeBlinkLeft: 1, eyeBlinkRight: 1 },
  blink_l: { eyeBlinkLeft: 1 },
  blink_r: { eyeBlinkRight: 1 },
  a: { jawOpen: 0.7, mouthLowerDownLeft: 0.2, mouthLowerDownRight: 0.2 },
  i: { jawOpen: 0.15, mouthStretchLeft: 0.5, mouthStretchRight: 0.5 },
  u: { jawOpen: 0.15, mouthPucker: 0.8 },
  e: { jawOpen: 0.35, mouthStretchLeft: 0.35, mouthStretchRight: 0.35 },
  o: { jawOpen: 0.4, mouthFunnel: 0.6 },
};

const SAME: Readonly<Record<string, string>> = {
  blinkleft: 'blink_l',
  blinkright: 'blink_r',
  aa: 'a',
  ih: 'i',
  ou: 'u',
  ee: 'e',
  oh: 'o',
};

const CHANNEL_BY_NAME: ReadonlyMap<string, number> = new Map(
  ARKIT_CHANNELS.map((name, index) => [name.toLowerCase(), index]),
);

/** What a name of `/VMC/Ext/Blend/Val` means, in whatever case it comes. */
export function blendTarget(name: string): BlendTarget {
  const lower = name.toLowerCase();
  const channel = CHANNEL_BY_NAME.get(lower);
  if (channel !== undefined) return { kind: 'channel', index: channel };
  const key = Object.hasOwn(SAME, lower) ? SAME[lower]! : lower;
  if (Object.hasOwn(PRESETS, key)) {
    const shares = Object.entries(PRESETS[key]!) as [ArkitChannel, number][];
    return { kind: 'preset', shares: shares.map(([each, share]) => [ARKIT_INDEX[each], share]) };
  }
  return { kind: 'expression', name: Object.hasOwn(MOODS, lower) ? MOODS[lower]! : name };
}

/** How perfect sync names a channel in a VRM file: `jawOpen` → `JawOpen`. */
export function perfectSyncName(channel: ArkitChannel): string {
  return channel.charAt(0).toUpperCase() + channel.slice(1);
}
