import { MIN_FREE_BYTES } from '../../../shared/domain/recording-limits.ts';
import type { PipelineReport } from '../../../shared/domain/report.ts';
import type { ServiceProblem } from '../../../shared/domain/services.ts';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import type { Reason } from '../../../shared/errors.ts';
import type { PreflightItem } from '../../../shared/ipc/preflight.ts';

/** What a check came to. */
export interface Finding {
  readonly state: 'ok' | 'warning' | 'failed';
  readonly reason: Reason | null;
  readonly problems?: PreflightItem['problems'];
}

export const OK: Finding = { state: 'ok', reason: null };
export const failed = (reason: Reason): Finding => ({ state: 'failed', reason });
export const warning = (reason: Reason): Finding => ({ state: 'warning', reason });

type Studio = Pick<StudioSnapshot, 'settings' | 'tracking'>;

/** Null: it cannot be said yet. Pure, as all of this file. */
export function checkCamera({ settings, tracking }: Studio, { camera }: PipelineReport): Finding | null {
  if (settings.camera === 'none') return OK;
  // The recorded performance drives the avatar, whatever the camera sees.
  if (tracking.source === 'recorded') return warning('models.missing');
  return deviceFinding(camera, 'camera.no-device');
}

export function checkMicrophone({ settings }: Studio, { microphone }: PipelineReport): Finding | null {
  return settings.microphone === 'none' ? OK : deviceFinding(microphone, 'microphone.no-device');
}

function deviceFinding(
  { state, reason }: Pick<PipelineReport['camera'], 'state' | 'reason'>,
  otherwise: Reason,
): Finding | null {
  switch (state) {
    case 'running':
      return reason ? warning(reason) : OK;
    case 'failed':
      return failed(reason ?? otherwise);
    case 'off':
    case 'starting':
      return null;
  }
}

export function checkAvatar({ avatar }: PipelineReport): Finding | null {
  if (avatar.state === 'loading') return null;
  return avatar.state === 'shown' ? OK : failed(avatar.reason ?? 'avatar.load-failed');
}

/** As much again as no file may touch takes an hour at 2.2 Mbit/s. */
const DISK_GOOD_BYTES = 2 * MIN_FREE_BYTES;

export function checkDisk(freeBytes: number): Finding {
  if (freeBytes >= DISK_GOOD_BYTES) return OK;
  return freeBytes >= MIN_FREE_BYTES ? warning('record.low-space') : failed('record.low-space');
}

/** The problems of one destination as one finding: the worst of them decides. */
export function limitsFinding(problems: readonly ServiceProblem[]): Finding {
  if (problems.length === 0) return OK;
  const state = problems.some(({ severity }) => severity === 'failed') ? 'failed' : 'warning';
  const codes = new Set(problems.map(({ code }) => code));
  const limits = [...codes].some((code) => code !== 'not-secure' && code !== 'wrong-path');
  const reason: Reason = limits
    ? 'destination.over-limit'
    : codes.has('wrong-path')
      ? 'destination.bad-url'
      : 'destination.not-secure';
  return { state, reason, problems: [...problems] };
}
