import type { z } from 'zod';
import type { PipelineReport } from '../../../shared/domain/report.ts';
import type { REHEARSAL_GRADES, rehearsalGradeSchema } from '../../../shared/ipc/rehearsal.ts';
import type { Received } from './ports.ts';

type Grade = z.infer<typeof rehearsalGradeSchema>;

/** The page's counters at the begin and the end of a rehearsal, and what arrived at its end of the line. */
export interface RehearsalNumbers {
  readonly before: PipelineReport;
  readonly after: PipelineReport;
  readonly microphoneOn: boolean;
  /** Seconds of sound sent and, of these, filled with silence because none came. */
  readonly audioSeconds: number;
  readonly audioFilledSeconds: number;
  readonly received: Received;
}

/** A face is away for a moment without anything being wrong; a frame that is lost is lost. */
const LIMITS = {
  tracking: { good: 0.85, fair: 0.4 },
  chain: { good: 0.97, fair: 0.9 },
} as const;

/** Judges every stage that took part by the share of what it should have done. Pure. */
export function gradeRehearsal(numbers: RehearsalNumbers): Grade[] {
  const { before, after, received } = numbers;
  const grades: Grade[] = [];
  const add = (stage: Grade['stage'], value: number, { good, fair }: { good: number; fair: number }) => {
    const share = Math.min(1, Math.max(0, value));
    const grade: (typeof REHEARSAL_GRADES)[number] = share >= good ? 'good' : share >= fair ? 'fair' : 'bad';
    grades.push({ stage, grade, value: share });
  };
  if (after.tracking.source === 'camera') {
    const frames = after.tracking.face.frames - before.tracking.face.frames;
    const found = after.tracking.face.found - before.tracking.face.found;
    add('tracking', frames > 0 ? found / frames : 0, LIMITS.tracking);
  }
  add('render', after.live.ticks > 0 ? 1 - after.live.late / after.live.ticks : 0, LIMITS.chain);
  const wanted = after.encode.frames + after.encode.skipped;
  add('encode', wanted > 0 ? after.encode.frames / wanted : 0, LIMITS.chain);
  if (numbers.microphoneOn) {
    const share = numbers.audioSeconds > 0 ? 1 - numbers.audioFilledSeconds / numbers.audioSeconds : 0;
    add('audio', share, LIMITS.chain);
  }
  add('delivery', after.encode.frames > 0 ? received.frames / after.encode.frames : 0, LIMITS.chain);
  return grades;
}
