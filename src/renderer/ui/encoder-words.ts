import type { TFunction } from 'i18next';
import { ffmpegEncoderSchema } from '../../shared/domain/encoding.ts';

/** An encoder as people know it, from the name it runs under: `webcodecs:…`, `ffmpeg:…`. */
export function encoderWords(t: TFunction, name: string): string {
  if (name.startsWith('webcodecs:')) {
    const codec = /^webcodecs:avc[13]\./.test(name) ? 'H.264' : name.slice('webcodecs:'.length);
    return t('settings.encoder.running.browser', { codec });
  }
  const encoder = ffmpegEncoderSchema.safeParse(name.replace(/^ffmpeg:/, ''));
  return encoder.success ? `FFmpeg: ${t(`settings.encoder.running.${encoder.data}`)}` : name;
}
