/** Window → pump. */
export type ToPump =
  | { readonly type: 'frames'; readonly readable: ReadableStream<VideoFrame> }
  /** The part's worker asks on this port; it takes the place of the part's port before. */
  | { readonly type: 'open'; readonly key: string; readonly port: MessagePort }
  | { readonly type: 'drop'; readonly key: string };

/** Pump → window, once a second while frames come. */
export interface FromPump {
  readonly type: 'reading';
}

const WATCH_EVERY_MS = 1000;
/** The camera is live and for so many looks no frame came: the pump hangs. Doubles with every pump in vain. */
const SILENT_LOOKS = 5;
const SILENT_LOOKS_MAX = 60;
/** Before the second pump in a row; doubles too. */
const RESTART_AFTER_MS = 1000;
const RESTART_AFTER_MAX_MS = 60_000;
/** So many seconds with frames: what went wrong before is over. */
const STEADY_SECONDS = 60;

/**
 * Gives the frames of one camera to all parts of tracking. Chromium hands out only a handful of a camera's frames at a
 * time over all who read it: three workers that look at one for 50 ms each, or one that hangs, would starve the
 * others. So one worker reads the camera, copies each frame once into memory of its own, and every part asks for the
 * newest when it is free. A pump that throws, hangs or ends while the camera is live is replaced.
 */
export class FramePump {
  /** Null between a pump and the next. */
  private worker: Worker | null = null;
  private track: MediaStreamTrack | null = null;
  /** Since frames last came steadily. */
  private restarts = 0;
  private silentLooks = 0;
  private steadySeconds = 0;
  private readonly renewed = new Set<() => void>();
  private readonly watch: ReturnType<typeof setInterval>;
  private restartTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.start();
    this.watch = setInterval(() => this.look(), WATCH_EVERY_MS);
  }

  /** The camera; null when there is none. The track stays the caller's. */
  setTrack(track: MediaStreamTrack | null): void {
    if (track === this.track) return;
    this.track = track;
    this.silentLooks = 0;
    this.sendFrames();
  }

  /** @returns the port for a part's worker: any message asks for a frame, the answer is a VideoFrame to be closed */
  open(key: string): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.send({ type: 'open', key, port: port1 }, [port1]);
    return port2;
  }

  /** Nobody asks for this part any more. */
  drop(key: string): void {
    this.send({ type: 'drop', key });
  }

  /** The listener hears when every port is dead and must be opened again. @returns ends it */
  onRenewed(listener: () => void): () => void {
    this.renewed.add(listener);
    return () => this.renewed.delete(listener);
  }

  close(): void {
    this.renewed.clear();
    clearInterval(this.watch);
    clearTimeout(this.restartTimer);
    this.worker?.terminate();
    this.worker = null;
  }

  private start(): void {
    const worker = new Worker(new URL('./frame-pump-worker.ts', import.meta.url), {
      type: 'module',
      name: 'frame-pump',
    });
    this.worker = worker;
    worker.onmessage = (_event: MessageEvent<FromPump>) => {
      if (this.worker === worker) this.heard();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.worker !== worker) return;
      const waitMs = this.restarts === 0 ? 0 : RESTART_AFTER_MS * 2 ** (this.restarts - 1);
      this.replace(Math.min(waitMs, RESTART_AFTER_MAX_MS));
    };
  }

  private heard(): void {
    this.silentLooks = 0;
    if (++this.steadySeconds >= STEADY_SECONDS) this.restarts = 0;
  }

  private look(): void {
    // A muted track gives no frames by right.
    if (!this.worker || this.track?.readyState !== 'live' || this.track.muted) {
      this.silentLooks = 0;
      return;
    }
    const limit = Math.min(SILENT_LOOKS * 2 ** this.restarts, SILENT_LOOKS_MAX);
    if (++this.silentLooks > limit) this.replace(0);
  }

  private replace(waitMs: number): void {
    this.worker?.terminate();
    this.worker = null;
    this.restarts++;
    this.silentLooks = 0;
    this.steadySeconds = 0;
    this.restartTimer = setTimeout(() => {
      this.start();
      this.sendFrames();
      for (const listener of this.renewed) listener();
    }, waitMs);
  }

  private sendFrames(): void {
    if (!this.worker || this.track?.readyState !== 'live') return;
    const track = this.track as MediaStreamVideoTrack;
    const readable = new MediaStreamTrackProcessor({ track, maxBufferSize: 2 }).readable;
    this.send({ type: 'frames', readable }, [readable]);
  }

  private send(message: ToPump, transfer: Transferable[] = []): void {
    this.worker?.postMessage(message, transfer);
  }
}
