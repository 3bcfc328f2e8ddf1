import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { maskRtmpUrl, parseRtmpUrl, type RtmpTarget } from '../../shared/domain/rtmp-url.ts';
import type { Attempt, PublisherRecipe } from './destination.ts';
import { type PublishTls, publishArgs, publishPreset, recordArgs } from './ffmpeg/args.ts';
import { certificateBundle } from './ffmpeg/certificates.ts';
import { classifyPublish, classifyRecord } from './ffmpeg/failure.ts';
import { checksNames, tlsBackendOf } from './ffmpeg/tls-backend.ts';
import { hasAddress } from './name-lookup.ts';
import type { MediaDestination } from './protocol.ts';
import type { QueueLimits } from './publisher.ts';
import { continuedPath } from './record-path.ts';
import { TlsTunnel } from './tls-tunnel.ts';

/**
 * A network that is gone for one or two seconds comes back within this: TCP tries again 0.2, 0.6, 1.4 and 3 s after
 * a loss.
 */
const STALL_TIMEOUT_MS = 4_000;
const QUEUE: QueueLimits = { maxMs: 700, maxBytes: Number.POSITIVE_INFINITY, maxAgeMs: 8_000 };
/** A disk that wakes up, or has others to serve, stands still for so long; a recording must not lose pictures then. */
const FILE_STALL_TIMEOUT_MS = 30_000;
const FILE_QUEUE: QueueLimits = { maxMs: 20_000, maxBytes: 64 * 1024 * 1024, maxAgeMs: 40_000 };
const FILE_OPEN_TIMEOUT_MS = 20_000;
/** A far server over TLS needs some ten round trips. */
const CONNECT_TIMEOUT_MS = 6_500;
const LOOKUP_TIMEOUT_MS = 3_000;

/** What an encode is, as far as it is known. */
export interface EncodeFacts {
  readonly fps?: number;
  readonly bitrateKbps?: number;
}

export interface Recipe {
  /** Address as it may be shown. */
  readonly url: string;
  /**
   * Called for every connection. With rtmps it may have to secure one before there can be an FFmpeg: it rejects with
   * a ReasonError when that fails, and with the signal's reason.
   */
  readonly make: (attempt: Attempt) => PublisherRecipe | Promise<PublisherRecipe>;
}

/**
 * How to reach a destination.
 * @param resumed a recording of the same path may exist already and is kept.
 * @param encode of the rendition that it gets.
 * @throws ReasonError `destination.bad-url`, `usage.bad-url`
 */
export function recipeFor(
  destination: MediaDestination,
  ffmpeg: string,
  resumed: boolean,
  encode: EncodeFacts = {},
): Recipe {
  if (destination.kind === 'file') {
    let used = resumed;
    // FLV alone may have a second header; the other containers write theirs once.
    const changedSets = extname(destination.path).toLowerCase() === '.flv' ? 'sequence-header' : 'in-band';
    return {
      url: destination.path,
      make: () => {
        const path = used ? continuedPath(destination.path, existsSync) : destination.path;
        used = true;
        return {
          command: { ffmpeg, args: () => recordArgs(path) },
          mux: { ...encode, changedSets },
          paced: false,
          classify: (lines, exit) => classifyRecord(lines, exit),
          connectTimeoutMs: FILE_OPEN_TIMEOUT_MS,
          stallTimeoutMs: FILE_STALL_TIMEOUT_MS,
          queue: FILE_QUEUE,
        };
      },
    };
  }
  return rtmpRecipe(parseRtmpUrl(destination.server, destination.key), ffmpeg, encode);
}

function rtmpRecipe(target: RtmpTarget, ffmpeg: string, encode: EncodeFacts): Recipe {
  const secret = publishPreset(target.app, target.key);
  const through = (tls: PublishTls | null, tunnel?: TlsTunnel): PublisherRecipe => ({
    command: {
      ffmpeg,
      args: (presetPath) => publishArgs(target.server, presetPath, tls, encode.bitrateKbps),
      secret,
      redact: [target.key],
    },
    mux: { ...encode, changedSets: 'sequence-header' },
    ...(tunnel ? { tunnel } : {}),
    paced: true,
    classify: async (lines, exit, wasLive) => {
      const reason = classifyPublish(lines, exit, wasLive);
      // Static builds die by a signal when a name cannot be resolved. Through a tunnel they resolve none.
      const perhapsName = exit.signal !== null && !wasLive && !tunnel;
      return perhapsName && !(await hasAddress(target.host, LOOKUP_TIMEOUT_MS)) ? 'destination.dns' : reason;
    },
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    stallTimeoutMs: STALL_TIMEOUT_MS,
    queue: QUEUE,
  });
  const url = maskRtmpUrl(target);
  if (target.protocol === 'rtmp') return { url, make: () => through(null) };
  const tcUrl = `rtmps://${target.host}:${target.port}/${target.app}`;
  return {
    url,
    make: async ({ signal, timeoutMs }) => {
      const caFile = certificateBundle();
      if (caFile !== null && checksNames(await tlsBackendOf(ffmpeg))) return through({ caFile });
      const tunnel = await TlsTunnel.open(target, { signal, timeoutMs: timeoutMs(CONNECT_TIMEOUT_MS) });
      return through({ tunnelPort: tunnel.port, tcUrl }, tunnel);
    },
  };
}
