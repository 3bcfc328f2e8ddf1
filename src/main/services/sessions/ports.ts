/** A broadcast as it is written down. */
export interface SessionRecord {
  readonly id: string;
  readonly startTime: Date;
  readonly endTime: Date | null;
  readonly duration: number;
  readonly status: 'active' | 'ended' | 'failed';
}

/** Where broadcasts are kept (`streaming_sessions`). Durations are whole seconds. */
export interface SessionStore {
  insert(session: { id: string; startTime: Date; avatarId: string; destinations: readonly string[] }): void;
  setDuration(id: string, duration: number): void;
  finish(id: string, duration: number, endTime: Date, status: 'ended' | 'failed'): void;
  /** Still open and begun on this machine; at a start of the program these are of runs that crashed. */
  active(): SessionRecord[];
  /** Newest first. */
  recent(limit: number): SessionRecord[];
}
