import type { ProcessUse } from '../../../shared/domain/health.ts';

/** Processes that are told as one: a browser and all its helpers. The first one stands for them. */
export interface ProcessGroup {
  readonly role: ProcessUse['role'];
  readonly name: string;
  readonly pids: readonly number[];
}

/** Asks the system what processes use. Those that have gone are left out. */
export interface ProcessSampler {
  /** Every so many ms it is worth asking: some systems take long to answer. */
  readonly everyMs: number;
  /** Processor time since the sample before, so the first one of a process tells 0. */
  sample(groups: readonly ProcessGroup[]): Promise<ProcessUse[]>;
}
