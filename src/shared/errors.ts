import texts from './locale/en/errors.json' with { type: 'json' };

/**
 * Every failure a user can meet, as a closed list: `domain.reason`. What happened and what to do next is text
 * in `locale/en/errors.json` under the same key; code decides by the reason, never by a message.
 */
export const REASONS = [
  'usage.bad-flag',
  'usage.bad-size',
  'usage.bad-fps',
  'usage.bad-seconds',
  'usage.bad-bitrate',
  'usage.bad-url',
  'usage.bad-background',
  'usage.no-destination',
  'usage.unknown-encoder',
  'host.unavailable',
  'host.browser-missing',
  'host.browser-closed',
  'host.page-silent',
  'host.port-in-use',
  'host.already-running',
  'host.unauthorised',
  'host.page-crashed',
  'host.page-lost',
  'host.ended-badly',
  'host.safe-start',
  'host.orphans-ended',
  'host.shortcut-taken',
  'camera.no-device',
  'camera.denied',
  'camera.busy',
  'camera.unplugged',
  'camera.black-picture',
  'camera.not-a-video',
  'camera.file-missing',
  'camera.unsupported',
  'microphone.no-device',
  'microphone.denied',
  'microphone.busy',
  'microphone.unplugged',
  'microphone.not-audio',
  'sound.not-found',
  'sound.not-audio',
  'sound.no-system-audio',
  'sound.suppression-failed',
  'tracker.start-failed',
  'tracker.crashed',
  'models.missing',
  'models.bad-hash',
  'models.offline',
  'models.cancelled',
  'models.disk-full',
  'avatar.not-found',
  'avatar.not-a-model',
  'avatar.truncated',
  'avatar.too-big',
  'avatar.too-complex',
  'avatar.bad-structure',
  'avatar.bad-geometry',
  'avatar.external-resource',
  'avatar.unsupported-extension',
  'avatar.bad-texture',
  'avatar.nothing-to-show',
  'avatar.timeout',
  'avatar.load-failed',
  'background.not-found',
  'background.not-an-image',
  'capture.denied',
  'capture.ended',
  'capture.unsupported',
  'capture.failed',
  'image.not-found',
  'image.not-an-image',
  'image.too-big',
  'library.in-use',
  'library.built-in',
  'scene.not-found',
  'scene.last',
  'scene.too-many',
  'output.failed',
  'output.moved',
  'encoder.unsupported',
  'encoder.failed',
  'encoder.fallback',
  'encoder.too-slow',
  'ffmpeg.missing',
  'ffmpeg.too-old',
  'ffmpeg.died',
  'media.crashed',
  'media.unreachable',
  'destination.bad-url',
  'destination.not-found',
  'destination.no-key',
  'destination.dns',
  'destination.refused',
  'destination.timeout',
  'destination.tls',
  'destination.rejected',
  'destination.closed',
  'destination.died-early',
  'destination.disconnected',
  'destination.stalled',
  'destination.failed',
  'destination.left-over',
  'destination.last',
  'destination.over-limit',
  'destination.not-secure',
  'record.disk-full',
  'record.cannot-write',
  'record.failed',
  'record.no-replay',
  'record.not-recording',
  'record.already-recording',
  'record.remux-failed',
  'record.cancelled',
  'record.low-space',
  'stream.already-live',
  'stream.not-live',
  'stream.not-ready',
  'stream.card-shown',
  'rehearsal.no-sink',
  'rehearsal.silent',
  'storage.corrupt',
  'storage.failed',
  'secrets.unreadable',
  'ipc.bad-payload',
  'ipc.unknown-command',
  'ipc.not-allowed',
  'ipc.too-big',
  'ipc.disconnected',
  'internal.unexpected',
] as const;

export type Reason = (typeof REASONS)[number];

/** Reasons after which the same action may succeed if it is simply tried again. */
const RETRYABLE: ReadonlySet<Reason> = new Set<Reason>([
  'camera.busy',
  'camera.unplugged',
  'camera.black-picture',
  'capture.ended',
  'microphone.busy',
  'microphone.unplugged',
  'tracker.crashed',
  'models.offline',
  'models.cancelled',
  'media.crashed',
  'destination.dns',
  'destination.refused',
  'destination.timeout',
  'destination.closed',
  'destination.disconnected',
  'destination.stalled',
  'ipc.disconnected',
]);

export function isRetryable(reason: Reason): boolean {
  return RETRYABLE.has(reason);
}

/** What happened and the user's next action, in plain words. */
export function describeReason(reason: Reason): { what: string; action: string } {
  return (texts as Record<string, { what: string; action: string }>)[reason]!;
}

/**
 * An expected failure with its closed reason. `detail` is for people who debug: it is redacted before it is
 * logged and is never the only explanation.
 */
export class ReasonError extends Error {
  readonly reason: Reason;
  readonly detail: string | undefined;

  constructor(reason: Reason, detail?: string, options?: ErrorOptions) {
    super(detail ? `${reason}: ${detail}` : reason, options);
    this.name = 'ReasonError';
    this.reason = reason;
    this.detail = detail;
  }
}

/** The reason of any thrown value; what nobody expected is `internal.unexpected` and keeps its message as detail. */
export function toReasonError(error: unknown): ReasonError {
  if (error instanceof ReasonError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ReasonError('internal.unexpected', message, { cause: error });
}
