/** Window → pump. */
export type ToPump =
  | { readonly type: 'frames'; readonly readable: ReadableStream<VideoFrame> }
  /** The part's worker asks on this port; it takes the place of the part's port before. */
  | { readonly type: 'open'; readonly key: string; readonly port: MessagePort }
  | { readonly type: 'drop'; readonly key: string };

/** As many failures in a row are not mended by another worker. */
const RESTARTS_MAX = 5;

/**
 * Gives the frames of one camera to all parts of tracking. Chromium hands out only a handful of a camera's frames at a
 * time over all who read it: three workers that look at one for 50 ms each, or one that hangs, would starve the
 * others. So one worker reads the camera, copies each frame once into memory of its own, and every part asks for the
 * newest when it is free.
 */
export class FramePump {
  private worker: Worker;
  private track: MediaStreamTrack | null = null;
  private restarts = 0;
  private readonly renewed = new Set<() => void>();

  constructor() {
    this.worker = this.start();
  }

  /** The camera; null when there is none. The track stays the caller's. */
  setTrack(track: MediaStreamTrack | null): void {
    if (track === this.track) return;
    this.track = track;
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
    this.worker.terminate();
  }

  private start(): Worker {
    const worker = new Worker(new URL('./frame-pump-worker.ts', import.meta.url), {
      type: 'module',
      name: 'frame-pump',
    });
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      if (++this.restarts > RESTARTS_MAX) return;
      this.worker = this.start();
      this.sendFrames();
      for (const listener of this.renewed) listener();
    };
    return worker;
  }

  private sendFrames(): void {
    if (this.track?.readyState !== 'live') return;
    const track = this.track as MediaStreamVideoTrack;
    const readable = new MediaStreamTrackProcessor({ track, maxBufferSize: 2 }).readable;
    this.send({ type: 'frames', readable }, [readable]);
  }

  private send(message: ToPump, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }
}
