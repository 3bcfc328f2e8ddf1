import type { Health, UsageRow } from '../../../shared/domain/health.ts';

const SERVICE_ID = 'vida3-studio';
const SECOND_MS = 1000;

export interface UsageContext {
  /** Processors of this machine. */
  readonly cores: number;
  /** Name of the encoder that ran last. */
  readonly encoder: string;
}

/**
 * What a minute (or less) of streaming used, from its snapshots in order; null when there was none. Every snapshot
 * stands for the time since the one before. Pure.
 */
export function usageRow(minute: readonly Health[], { cores, encoder }: UsageContext): UsageRow | null {
  const last = minute.at(-1);
  if (!last) return null;
  let [totalMs, processorMs, peakMb] = [0, 0, 0];
  for (const [index, { at, processes }] of minute.entries()) {
    const ms = index === 0 ? SECOND_MS : Math.max(0, at - minute[index - 1]!.at);
    const percent = processes.reduce((sum, { cpuPercent }) => sum + cpuPercent, 0);
    totalMs += ms;
    processorMs += (ms * percent) / 100;
    peakMb = Math.max(
      peakMb,
      processes.reduce((sum, { memoryMb }) => sum + memoryMb, 0),
    );
  }
  const first = minute[0]!;
  const added = (name: keyof Health['losses']) =>
    Math.max(0, last.losses[name].lost - first.losses[name].lost);
  const usage = totalMs > 0 ? (100 * processorMs) / (totalMs * Math.max(1, cores)) : 0;
  return {
    operation: 'streaming',
    usage: Math.min(100, Math.round(usage)),
    memory_used: Math.round(peakMb),
    service_id: SERVICE_ID,
    resource_usage: Math.round(processorMs),
    cost: null,
    metadata: {
      seconds: Math.round(totalMs / SECOND_MS),
      fps: mean(minute.map(({ stages }) => stages.encode.fps)),
      renderFps: mean(minute.map(({ stages }) => stages.render.fps)),
      encoder,
      encodedKbps: Math.round(mean(minute.map(({ encodedKbps }) => encodedKbps))),
      sentKbps: Math.round(mean(minute.map(({ sentKbps }) => sentKbps))),
      destinations: last.destinations.filter(({ state }) => state === 'live' || state === 'reconnecting')
        .length,
      lossesRender: added('render'),
      lossesEncode: added('encode'),
      lossesNetwork: added('network'),
    },
    timestamp: new Date(last.at).toISOString(),
  };
}

function mean(values: readonly number[]): number {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.length > 0 ? Math.round((10 * total) / values.length) / 10 : 0;
}
