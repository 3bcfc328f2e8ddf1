import type { DestinationStatus, MediaStatus, StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import type { MediaProcess } from '../../host/port.ts';
import type { MainToMedia, MediaToMain } from '../../media/protocol.ts';
import { EMPTY_STATUS } from './merge-status.ts';

/** What a media process says of a destination, for tests. */
export function destination(change: Partial<DestinationStatus> = {}): DestinationStatus {
  return {
    id: 'a',
    name: 'A',
    url: 'rtmp://a/app/••••',
    kind: 'rtmp',
    state: 'live',
    reason: null,
    firstByteMs: 300,
    bytes: 1000,
    frames: 30,
    dropped: 1,
    reconnects: 0,
    queueMs: 0,
    rendition: 'main',
    kbps: 1000,
    retryInMs: null,
    pid: 10,
    history: [],
    ...change,
  };
}

/** What the stream service publishes while nothing runs, for tests. */
export function streamState(change: Partial<StreamSnapshot> = {}): StreamSnapshot {
  return {
    phase: 'idle',
    kind: 'broadcast',
    sessionId: null,
    startedAt: null,
    elapsedSeconds: 0,
    destinations: [],
    losses: { render: 0, encode: 0, network: 0, frames: 0 },
    media: { restarts: 0, gapMs: 0 },
    card: false,
    encoder: null,
    renditions: [],
    reason: null,
    ...change,
  };
}

export function status(change: Partial<MediaStatus> = {}): MediaStatus {
  return { ...EMPTY_STATUS, connected: true, destinations: [destination()], videoPackets: 30, ...change };
}

/** Double of a media process: says what the test makes it say. */
export class ProcessDouble implements MediaProcess {
  readonly sent: MainToMedia[] = [];
  readonly pid = 1;
  killed = false;
  private message: (message: MediaToMain) => void = () => undefined;
  private exit: (exit: { code: number | null; signal: string | null; expected: boolean }) => void = () =>
    undefined;
  send(message: MainToMedia): void {
    this.sent.push(message);
  }
  onMessage(listener: (message: MediaToMain) => void): void {
    this.message = listener;
  }
  onExit(listener: (exit: { code: number | null; signal: string | null; expected: boolean }) => void): void {
    this.exit = listener;
  }
  async kill(): Promise<void> {
    this.killed = true;
    this.exit({ code: null, signal: 'SIGKILL', expected: true });
  }
  say(message: MediaToMain): void {
    this.message(message);
  }
  die(): void {
    this.exit({ code: null, signal: 'SIGKILL', expected: false });
  }
}
