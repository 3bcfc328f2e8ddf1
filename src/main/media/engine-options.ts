import type { RenditionName } from '../../shared/domain/encoding.ts';
import type { MainToMediaParsed, MediaToMain } from './protocol.ts';

export type StartMessage = Extract<MainToMediaParsed, { type: 'start' }>;
export type LogLevel = Extract<MediaToMain, { type: 'log' }>['level'];

export interface EngineOptions {
  readonly start: StartMessage;
  readonly onChange: () => void;
  /** The page's encoder of a rendition is asked for a key frame. */
  readonly needKeyFrame: (rendition: RenditionName) => void;
  /** The page's encoder of a rendition is to aim at this. */
  readonly setBitrate: (rendition: RenditionName, kbps: number) => void;
  readonly onEncodersFailed: (detail: string) => void;
  /** A page is attached. */
  readonly connected: () => boolean;
  readonly log: (level: LogLevel, message: string) => void;
}
