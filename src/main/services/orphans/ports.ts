/** What tells one process from every other that had or will have its number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in the system's own words. */
  readonly started: string;
  /** For the log: it changes while a program starts. */
  readonly command: string;
}

/** The processes of this machine. */
export interface ProcessTable {
  /** Those of `pids` that run; none where the system does not tell. */
  identify(pids: readonly number[]): Promise<readonly ProcessIdentity[]>;
  /** Kills a process, and its group where it leads one. Gone already is fine. */
  kill(pid: number): Promise<void>;
}
