/** Where broadcasts are written down (`streaming_sessions`). */
export interface SessionLog {
  /** Opens a row. @returns its id */
  open(info: { startedAt: Date; avatarId: string; destinations: readonly string[] }): string;
  /** Keeps the duration of an open row up to date, so that a crash loses seconds, not the row. */
  heartbeat(id: string, seconds: number): void;
  close(id: string, seconds: number, outcome: 'ended' | 'failed'): void;
}

/** Switches the encoder of the page. */
export interface Programme {
  setBroadcast(broadcast: { epoch: number } | null): void;
}
