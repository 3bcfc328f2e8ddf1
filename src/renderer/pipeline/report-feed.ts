import type { PipelineReport } from '../../shared/domain/report.ts';
import { pipelineReport } from '../../shared/ipc/studio.ts';
import type { StudioClient } from '../bridge/client.ts';

/** Tells main, and everybody in this window who wants to know, how the pipeline is. */
export class ReportFeed {
  private readonly client: StudioClient;
  private readonly tell: (message: string) => void;
  private readonly listeners = new Set<(report: PipelineReport) => void>();

  /** @param tell hears what failed, for the log */
  constructor(client: StudioClient, tell: (message: string) => void) {
    this.client = client;
    this.tell = tell;
  }

  /** @returns ends it */
  onReport(listener: (report: PipelineReport) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  send(report: PipelineReport): void {
    for (const listener of this.listeners) listener(report);
    this.client.call(pipelineReport, report).catch((error: unknown) => {
      // Main went away between the look and the call: the next report follows when it is back.
      if (this.client.connection.state === 'open') this.tell(`report: ${String(error)}`);
    });
  }
}
