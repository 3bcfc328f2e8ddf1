import type { z } from 'zod';
import type { PipelineReport } from '../../../shared/domain/report.ts';
import type { REHEARSAL_GRADES, rehearsalGradeSchema } from '../../../shared/ipc/rehearsal.ts';
import type { Received } from './ports.ts';

type Grade = z.infer<typeof rehearsalGradeSchema>;
type Word = (typeof REHEARSAL_GRADES)[number];

/** The page's counters at the begin and the end of a rehearsal, and what arrived at its end of the line. */
export interface RehearsalNumbers {
  readonly before: PipelineReport;
  readonly after: PipelineReport;
  /** Seconds between the two. */
  readonly seconds: number;
  /** Pictures a second that the camera should give. */
  readonly cameraFps: number;
  readonly microphoneOn: boolean;
  /** Seconds of sound sent and, of these, filled with silence because none came. */
  readonly audioSeconds: number;
  readonly audioFilledSeconds: number;
  /** Picture minus sound, ms; null when there was no sound. */
  readonly driftMs: number | null;
  /** Pictures that the encoder outside the page made; null when the page encodes. */
  readonly encodedOutside: number | null;
  readonly sentKbps: number;
  readonly wantedKbps: number;
  readonly received: Received;
}

/** A face is away for a moment without anything being wrong; a frame that is lost is lost. */
const LIMITS = {
  camera: { good: 0.85, fair: 0.5 },
  tracking: { good: 0.85, fair: 0.4 },
  chain: { good: 0.97, fair: 0.9 },
} as const;

/** A still picture needs little; more than was asked for is what a server may refuse. Shares of the wanted rate. */
const BITRATE = { low: 0.4, high: 1.15, tooHigh: 1.3 } as const;

/** Viewers begin to notice at 45 ms, and are disturbed at 125 ms (ITU-R BT.1359). */
const SYNC_MS = { good: 45, fair: 125 } as const;

/**
 * Judges every stage that took part by the share of what it should have done. `measured` and `expected` are pictures
 * a second (camera), pictures with a face of those looked at (tracking), pictures (render, encode, delivery), seconds
 * of sound (audio), kbit/s (bitrate); of sync the ms between picture and sound, and how many go unnoticed. Pure.
 */
export function gradeRehearsal(numbers: RehearsalNumbers): Grade[] {
  const { before, after, received } = numbers;
  const grades: Grade[] = [];
  const add = (
    stage: Grade['stage'],
    measured: number,
    expected: number,
    { good, fair }: { good: number; fair: number },
  ) => {
    const value = expected > 0 ? Math.min(1, Math.max(0, measured / expected)) : 0;
    const grade: Word = value >= good ? 'good' : value >= fair ? 'fair' : 'bad';
    grades.push({ stage, grade, value, measured: round(measured), expected: round(expected) });
  };
  if (after.tracking.source === 'camera') {
    const pictures = after.camera.frames - before.camera.frames;
    const fps = numbers.seconds > 0 ? pictures / numbers.seconds : 0;
    add('camera', fps, numbers.cameraFps, LIMITS.camera);
    const frames = after.tracking.face.frames - before.tracking.face.frames;
    const found = after.tracking.face.found - before.tracking.face.found;
    add('tracking', found, frames, LIMITS.tracking);
  }
  add('render', after.live.ticks - after.live.late, after.live.ticks, LIMITS.chain);
  const encoded = numbers.encodedOutside ?? after.encode.frames;
  add('encode', encoded, after.encode.frames + after.encode.skipped, LIMITS.chain);
  if (numbers.microphoneOn) {
    const { audioSeconds, audioFilledSeconds } = numbers;
    add('audio', audioSeconds - audioFilledSeconds, audioSeconds, LIMITS.chain);
  }
  grades.push(bitrateGrade(numbers));
  if (numbers.microphoneOn && numbers.driftMs !== null) grades.push(syncGrade(numbers.driftMs));
  add('delivery', received.frames, encoded, LIMITS.chain);
  return grades;
}

function bitrateGrade({ sentKbps, wantedKbps }: RehearsalNumbers): Grade {
  const share = wantedKbps > 0 ? sentKbps / wantedKbps : 0;
  const odd = share < BITRATE.low || share > BITRATE.high;
  return {
    stage: 'bitrate',
    grade: share <= 0 || share > BITRATE.tooHigh ? 'bad' : odd ? 'fair' : 'good',
    value: Math.min(1, share),
    measured: round(sentKbps),
    expected: round(wantedKbps),
  };
}

function syncGrade(driftMs: number): Grade {
  const ms = Math.abs(driftMs);
  return {
    stage: 'sync',
    grade: ms <= SYNC_MS.good ? 'good' : ms <= SYNC_MS.fair ? 'fair' : 'bad',
    value: Math.max(0, 1 - ms / (2 * SYNC_MS.fair)),
    measured: round(ms),
    expected: SYNC_MS.good,
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
