import { writeFileSync } from 'node:fs';
import type { DestinationStatus, MediaStatus, StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import { destination, streamState } from '../stream/fake-media.ts';
import { RECORDING_ID, type RecordingFile, type RecordingStream } from './ports.ts';

/** A stream as a recording sees it: does what the test makes it do. */
export class FakeStream implements RecordingStream {
  readonly started: RecordingFile[] = [];
  stops = 0;
  snapshot: StreamSnapshot = streamState();
  mediaStatus = { replaySeconds: 0, diskFreeBytes: null } as MediaStatus;
  /** What a recording's file holds when it has ended. */
  content: string | Uint8Array = 'matroska';
  refuse: Error | null = null;
  refuseReplay: Error | null = null;
  readonly #listeners = new Set<(snapshot: StreamSnapshot) => void>();

  startRecording(file: RecordingFile): void {
    if (this.refuse) throw this.refuse;
    this.started.push(file);
    if (this.snapshot.phase === 'idle') this.tell({ phase: 'starting', kind: 'recording', destinations: [] });
  }

  async stopRecording(): Promise<void> {
    this.stops++;
    this.write();
    this.record({ state: 'ended' });
    if (this.snapshot.kind === 'recording') this.tell({ phase: 'idle' });
  }

  async saveReplay(path: string): Promise<{ seconds: number }> {
    if (this.refuseReplay) throw this.refuseReplay;
    writeFileSync(path, this.content);
    return { seconds: this.mediaStatus.replaySeconds };
  }

  onSnapshot(listener: (snapshot: StreamSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(change: Partial<StreamSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of [...this.#listeners]) listener(this.snapshot);
  }

  /** What the engine says of the recording. */
  record(change: Partial<DestinationStatus>): void {
    const others = this.snapshot.destinations.filter(({ id }) => id !== RECORDING_ID);
    const before = this.snapshot.destinations.find(({ id }) => id === RECORDING_ID) ?? STATUS;
    this.tell({ destinations: [...others, { ...before, ...change }] });
  }

  write(): void {
    writeFileSync(this.started.at(-1)!.path, this.content);
  }
}

const STATUS = destination({
  id: RECORDING_ID,
  name: 'Recording',
  url: 'file',
  kind: 'file',
  state: 'connecting',
  firstByteMs: null,
  bytes: 0,
  frames: 0,
  dropped: 0,
  kbps: 0,
  pid: null,
});
