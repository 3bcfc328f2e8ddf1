import type { MediaStatus, StreamSnapshot } from '../../../shared/domain/stream-state.ts';

/** The id of the recording among the destinations of a session. */
export const RECORDING_ID = 'recording';

export interface RecordingFile {
  readonly id: typeof RECORDING_ID;
  readonly name: string;
  readonly path: string;
}

/** What a recording needs of the stream. */
export interface RecordingStream {
  /** Joins the running session, or begins one of kind `recording`. @throws ReasonError `stream.not-ready` */
  startRecording(file: RecordingFile): void;
  /** Ends that file in order, and the session when nothing else is in it. */
  stopRecording(): Promise<void>;
  /** @throws ReasonError `record.*` */
  saveReplay(path: string): Promise<{ readonly seconds: number }>;
  onSnapshot(listener: (snapshot: StreamSnapshot) => void): () => void;
  readonly snapshot: StreamSnapshot;
  readonly mediaStatus: MediaStatus;
}

export interface RemuxOptions {
  /** 0 to 1. */
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes an MP4 of a recording and reads it back before it resolves; leaves nothing of `target` when it fails.
 * @throws ReasonError `record.remux-failed`, or what the signal was aborted with
 */
export type Remux = (source: string, target: string, options: RemuxOptions) => Promise<void>;
