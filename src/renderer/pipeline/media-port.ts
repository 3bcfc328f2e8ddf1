import type { MediaControl } from '../../shared/ipc/envelope.ts';

/** The way of encoded packets to the media process: a WebSocket in the browser host, a MessagePort in Electron. */
export interface MediaPort {
  /**
   * Sends one packet (see shared/domain/media-packet.ts) by copy: the caller may reuse its buffer at once. A packet
   * for a closed port is lost, by design.
   */
  send(packet: Uint8Array<ArrayBuffer>): void;
  /** Bytes handed over but not yet taken by the other side. */
  readonly queuedBytes: number;
  readonly open: boolean;
  onControl(listener: (control: MediaControl) => void): void;
  /** The port is (again) connected: the encoder answers with a key frame. */
  onOpen(listener: () => void): void;
  close(): void;
}

/** What the window sends a worker so that it can open its end. */
export type MediaPortAddress =
  | { readonly transport: 'socket'; readonly url: string }
  /** Ports come one by one, each in a `mediaPort` command of the stage, whenever the media process is replaced. */
  | { readonly transport: 'message-port' };

/** Where a page only previews there is nobody to send to. */
export const closedMediaPort: MediaPort = {
  queuedBytes: 0,
  open: false,
  send: () => undefined,
  onControl: () => undefined,
  onOpen: () => undefined,
  close: () => undefined,
};
