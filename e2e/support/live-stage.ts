import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Report, reportSchema } from '../../src/shared/domain/report.ts';
import { type TrackLine, trackLineSchema } from '../../src/shared/ipc/track.ts';
import { runCli } from './cli.ts';
import { modelsDir } from './fixtures.ts';
import { type RtmpServer, startRtmpServer } from './rtmp-server.ts';

/** A frame with a face in it. */
export type FoundLine = TrackLine & { readonly yaw: number; readonly pitch: number; readonly roll: number };

export function isFound(line: TrackLine): line is FoundLine {
  return line.found;
}

/** Where live runs go and what they leave. */
export interface LiveStage {
  readonly server: RtmpServer;
  /** Where a run sends to. */
  url(key: string): string;
  /** A file of the tests' own folder. */
  file(name: string): string;
  /** The report that a run has written to such a file. */
  report(name: string): Report;
  /** What `track` finds in the newest recording of a key: viewers' eyes on the avatar. Needs the models. */
  tracked(key: string): Promise<readonly TrackLine[]>;
}

/** A real RTMP server and a folder, for the tests of the `describe` in which it is called. */
export function liveStage(): LiveStage {
  let server: RtmpServer;
  let folder: string;
  beforeAll(async () => {
    server = await startRtmpServer();
    folder = mkdtempSync(path.join(tmpdir(), 'vida3-live-'));
  });
  afterAll(async () => {
    await server?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });
  const file = (name: string) => path.join(folder, name);
  return {
    get server() {
      return server;
    },
    url: (key) => `${server.url}/${key}`,
    file,
    report: (name) => reportSchema.parse(JSON.parse(readFileSync(file(name), 'utf8'))),
    async tracked(key) {
      const out = file(`${key}.jsonl`);
      const run = await runCli(['track', '--camera', server.recordings(key).at(-1)!, '--out', out], {
        VIDA3_MODELS_DIR: modelsDir!,
      }).done;
      expect(run.code, run.output).toBe(0);
      return readFileSync(out, 'utf8')
        .trim()
        .split('\n')
        .map((line) => trackLineSchema.parse(JSON.parse(line)));
    },
  };
}
