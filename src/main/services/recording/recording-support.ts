import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_SETTINGS } from '../../../shared/domain/studio.ts';
import { type RecordingSnapshot, recordingSnapshot } from '../../../shared/ipc/recording.ts';
import { silentLog } from '../../logging/log.ts';
import { FakeStream } from './fake-stream.ts';
import type { Remux } from './ports.ts';
import { RecordingService } from './recording.ts';

/** A Sunday, in the zone of whoever tests. */
export const NOW = new Date(2026, 10, 22, 23, 14, 5).getTime();
export const STEM = 'VIDA3 2026-11-22 23-14-05';

/** Recordings in a temporary folder; the test is the stream, the clock, the disk's room and FFmpeg. */
export class RecordingWorld {
  readonly home = mkdtempSync(join(tmpdir(), 'vida3-recording-'));
  readonly folder = join(this.home, 'shows');
  readonly stream = new FakeStream();
  settings: typeof DEFAULT_SETTINGS.recording = { ...DEFAULT_SETTINGS.recording, remux: true };
  now = NOW;
  free: number | null = 50e9;
  /** What the user was told. */
  readonly told: string[] = [];
  readonly states: RecordingSnapshot['state'][] = [];
  remux: Remux = async (source, target, { onProgress }) => {
    await copyFile(source, target);
    onProgress(1);
  };
  readonly #services: RecordingService[] = [];

  make(): RecordingService {
    const service = new RecordingService({
      stream: this.stream,
      home: this.home,
      folder: this.folder,
      settings: () => this.settings,
      remux: (...args) => this.remux(...args),
      publish: (snapshot) => {
        recordingSnapshot.payload.parse(snapshot);
        if (this.states.at(-1) !== snapshot.state) this.states.push(snapshot.state);
      },
      onTrouble: ({ reason }) => this.told.push(reason),
      log: silentLog,
      freeBytes: async () => this.free,
      now: () => this.now,
    });
    this.#services.push(service);
    return service;
  }

  unfinished() {
    return JSON.parse(readFileSync(join(this.home, 'recordings.json'), 'utf8')).files;
  }

  listed(): string[] {
    return readdirSync(this.folder).sort();
  }

  async close(): Promise<void> {
    for (const service of this.#services) await service.close();
    rmSync(this.home, { recursive: true });
  }
}
