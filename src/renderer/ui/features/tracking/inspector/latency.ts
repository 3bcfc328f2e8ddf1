export const LATENCY_STAGES = ['tracked', 'solved', 'solve', 'draw', 'total'] as const;

const KEPT = 64;

/** The newest durations of each stage; their median is what is told, so that one slow frame does not jump about. */
export class Latency {
  private readonly kept = LATENCY_STAGES.map(() => new Float32Array(KEPT));
  private readonly counts = new Int32Array(LATENCY_STAGES.length);
  private readonly sorted = new Float32Array(KEPT);

  add(stage: number, ms: number): void {
    if (!Number.isFinite(ms) || ms < 0) return;
    const count = this.counts[stage]!;
    this.kept[stage]![count % KEPT] = ms;
    this.counts[stage] = count + 1;
  }

  /** Median in ms; null when nothing was measured. */
  median(stage: number): number | null {
    const count = Math.min(KEPT, this.counts[stage]!);
    if (count === 0) return null;
    const part = this.sorted.subarray(0, count);
    part.set(this.kept[stage]!.subarray(0, count));
    part.sort();
    return part[count >> 1]!;
  }
}
