/** What the private server of a rehearsal has received. */
export interface Received {
  readonly frames: number;
  readonly seconds: number;
}

/** A server on this machine that counts what it receives and keeps nothing. */
export interface RehearsalSink {
  readonly server: string;
  readonly key: string;
  /** Resolves when the publisher has gone, with what came. */
  received(): Promise<Received>;
  close(): Promise<void>;
}
