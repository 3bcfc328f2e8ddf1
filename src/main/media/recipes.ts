import { existsSync } from 'node:fs';
import { maskRtmpUrl, parseRtmpUrl } from '../../shared/domain/rtmp-url.ts';
import type { PublisherRecipe } from './destination.ts';
import { publishArgs, publishPreset, RW_TIMEOUT_SECONDS, recordArgs } from './ffmpeg/args.ts';
import { certificateBundle } from './ffmpeg/certificates.ts';
import { classifyPublish, classifyRecord } from './ffmpeg/failure.ts';
import type { MediaDestination } from './protocol.ts';
import { continuedPath } from './record-path.ts';

const STALL_TIMEOUT_MS = 5_000;
/** FFmpeg's own time-out comes first: it knows better what it waits for. */
const CONNECT_TIMEOUT_MS = (RW_TIMEOUT_SECONDS + 1.5) * 1000;

export interface Recipe {
  /** Address as it may be shown. */
  readonly url: string;
  /** Called for every connection. */
  readonly make: () => PublisherRecipe;
}

/**
 * How to reach a destination.
 * @param resumed a recording of the same path may exist already and is kept.
 * @throws ReasonError `destination.bad-url`, `usage.bad-url`
 */
export function recipeFor(destination: MediaDestination, ffmpeg: string, resumed: boolean): Recipe {
  if (destination.kind === 'file') {
    let used = resumed;
    return {
      url: destination.path,
      make: () => {
        const path = used ? continuedPath(destination.path, existsSync) : destination.path;
        used = true;
        return {
          command: { ffmpeg, args: () => recordArgs(path) },
          classify: (lines, exit) => classifyRecord(lines, exit),
          connectTimeoutMs: CONNECT_TIMEOUT_MS,
          stallTimeoutMs: STALL_TIMEOUT_MS,
        };
      },
    };
  }
  const target = parseRtmpUrl(destination.server, destination.key);
  const secret = publishPreset(target.app, target.key);
  const caFile = target.protocol === 'rtmps' ? certificateBundle() : null;
  return {
    url: maskRtmpUrl(target),
    make: () => ({
      command: {
        ffmpeg,
        args: (presetPath) => publishArgs(target.server, presetPath, caFile),
        secret,
        redact: [target.key],
      },
      classify: classifyPublish,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      stallTimeoutMs: STALL_TIMEOUT_MS,
    }),
  };
}
