import { ReasonError } from '../../../shared/errors.ts';
import type { ContentKind } from './content-store.ts';

const ENDINGS = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/mp4': 'm4a',
  'audio/flac': 'flac',
} as const;
type SoundType = keyof typeof ENDINGS;

/** As large as a sound may be. */
export const SOUND_BYTES = 50 * 1024 * 1024;
/** What a sound's name may end in, without its dot. */
export const SOUND_ENDINGS = ['wav', 'mp3', 'ogg', 'oga', 'm4a', 'flac'];

/**
 * Which kind of sound the bytes begin like: RIFF/WAVE, an MPEG frame of layer III or an ID3 tag, OggS, an MP4 `ftyp`
 * box of a sound brand, fLaC. Whether it can be played only the decoder knows. Pure.
 * @throws ReasonError `sound.not-audio`
 */
export function checkSound(bytes: Uint8Array): SoundType {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (bytes.length > SOUND_BYTES) throw new ReasonError('sound.not-audio', `${bytes.length} bytes`);
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WAVE') return 'audio/wav';
  if (text(0, 4) === 'OggS') return 'audio/ogg';
  if (text(0, 4) === 'fLaC') return 'audio/flac';
  if (text(4, 8) === 'ftyp' && /^(M4A |M4B |mp4|isom|iso|dash)/.test(text(8, 12))) return 'audio/mp4';
  if (text(0, 3) === 'ID3') return 'audio/mpeg';
  if (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2) return 'audio/mpeg';
  throw new ReasonError('sound.not-audio');
}

/** Sounds for the second source. */
export const SOUNDS: ContentKind<SoundType> = {
  name: 'sounds',
  endings: ENDINGS,
  maxBytes: SOUND_BYTES,
  notFound: 'sound.not-found',
  check: checkSound,
};
