/** What a transport tells its client. */
export interface TransportListener {
  /** A connection is there; hello has not been said on it. */
  opened(): void;
  message(text: string): void;
  /** The connection is lost; the transport tries again by itself unless it was told not to. */
  closed(): void;
}

/** A way to main: the loopback socket here, Electron's IPC there. */
export interface Transport {
  /** Connects, and keeps connecting, until close(). Once. */
  start(listener: TransportListener): void;
  /** Only between opened() and closed(). */
  send(text: string): void;
  /** Sends bytes with what is said beside them; resolves with the reply envelope. */
  upload(name: string, meta: Readonly<Record<string, string>>, bytes: Blob): Promise<unknown>;
  close(): void;
}
