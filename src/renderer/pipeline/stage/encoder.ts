import { RENDITIONS, type RenditionName } from '../../../shared/domain/encoding.ts';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import type { Reason } from '../../../shared/errors.ts';
import type { MediaPort } from '../media-port.ts';
import type { StageMetrics } from './messages.ts';
import { PictureFit, sameShape } from './picture-fit.ts';
import { RawSender } from './raw-sender.ts';
import { type PacketSink, RenditionEncoder } from './rendition-encoder.ts';

/** More than this waiting in the port means that nobody reads: pictures are skipped until it drains. */
const PORT_QUEUE_MAX_BYTES = 4 * 1024 * 1024;

type Broadcast = NonNullable<StudioSnapshot['broadcast']>;

/**
 * Sends the programme while a broadcast is on: encoded here, once per rendition, or raw. Renditions and the source may
 * change within a broadcast; what is not touched by it goes on undisturbed.
 */
export class ProgrammeEncoder {
  private readonly sink: PacketSink;
  /** By the order of RENDITIONS. */
  private readonly encoders: readonly RenditionEncoder[];
  private readonly fits: (PictureFit | null)[] = RENDITIONS.map(() => null);
  private readonly main: RenditionEncoder;
  private readonly raw: RawSender;
  private fps: number;
  private broadcast: Broadcast | null = null;
  /** Epoch that the counts belong to: the running one, or the one that ended last. */
  private counted = 0;
  private rawLast = false;
  private readonly frameInit: VideoFrameInit = { timestamp: 0, duration: 0, alpha: 'discard' };

  constructor(port: MediaPort, fps: number, onError: (reason: Reason, detail: string) => void) {
    this.fps = fps;
    this.sink = {
      send: (packet) => port.send(packet),
      get full() {
        return port.queuedBytes > PORT_QUEUE_MAX_BYTES;
      },
    };
    this.encoders = RENDITIONS.map((name) => new RenditionEncoder(name, this.sink, onError));
    this.main = this.encoders[0]!;
    this.raw = new RawSender(this.sink, this.main.counts, onError);
    port.onOpen(() => {
      for (const encoder of this.encoders) encoder.connected();
      this.raw.connected();
    });
    port.onControl((control) => {
      if (control.type === 'key-frame') this.encoderOf(control.rendition).requestKey();
      if (control.type === 'bitrate') this.encoderOf(control.rendition).setBitrate(control.kbps);
    });
  }

  get active(): boolean {
    return this.broadcast !== null;
  }

  /** Starts a broadcast with fresh counts, changes it, or ends it: what the encoders still hold is sent first. */
  setBroadcast(broadcast: Broadcast | null): void {
    const before = this.broadcast?.epoch;
    this.broadcast = broadcast;
    if (broadcast && broadcast.epoch !== before) {
      for (const encoder of this.encoders) {
        encoder.stop();
        encoder.reset(broadcast.epoch);
      }
      this.raw.drop();
      this.counted = broadcast.epoch;
    }
    this.apply();
  }

  setFps(fps: number): void {
    if (fps === this.fps) return;
    this.fps = fps;
    this.apply();
  }

  /** The main encoder or the port has more than it can take: this picture need not even be drawn. */
  get saturated(): boolean {
    if (!this.broadcast) return false;
    return this.sink.full || (this.raw.active ? this.raw.saturated : this.main.saturated);
  }

  /** Leaves this picture out and counts it. */
  skip(): void {
    if (this.raw.active) this.raw.skip();
    for (const encoder of this.encoders) if (encoder.active) encoder.skip();
  }

  /**
   * Encodes what is on the canvas now.
   * @param timestampUs strictly greater than that of the call before.
   * @param capturedAtMs when the camera frame behind this picture was taken; 0: none new.
   */
  encode(canvas: OffscreenCanvas, timestampUs: number, capturedAtMs: number): void {
    if (!this.broadcast) return;
    if (this.raw.active) {
      this.raw.encode(canvas, timestampUs, capturedAtMs);
      return;
    }
    this.frameInit.timestamp = timestampUs;
    this.frameInit.duration = 1_000_000 / this.fps;
    // Encoders scale by themselves, for less than a second canvas costs: one frame is enough for all of a shape.
    let shared: VideoFrame | null = null;
    try {
      for (let i = 0; i < this.encoders.length; i++) {
        const encoder = this.encoders[i]!;
        if (!encoder.active || !encoder.ready()) continue;
        if (sameShape(canvas, encoder)) {
          shared ??= new VideoFrame(canvas, this.frameInit);
          encoder.encode(shared, timestampUs, capturedAtMs);
        } else {
          const frame = new VideoFrame(this.fitted(i, encoder).draw(canvas), this.frameInit);
          try {
            encoder.encode(frame, timestampUs, capturedAtMs);
          } finally {
            frame.close();
          }
        }
      }
    } finally {
      shared?.close();
    }
  }

  metrics(): { encode: StageMetrics['encode']; latency: StageMetrics['latency'] } {
    const { main, raw } = this;
    const { counts } = main;
    const running = this.active || raw.draining || this.encoders.some((encoder) => encoder.draining);
    return {
      encode: {
        state: running ? 'running' : 'off',
        epoch: this.counted,
        frames: counts.frames,
        keyFrames: counts.keyFrames,
        bytes: counts.bytes,
        p50Ms: counts.encodeMs.percentile(0.5),
        p95Ms: counts.encodeMs.percentile(0.95),
        skipped: counts.skipped,
        encoder: this.rawLast ? 'raw' : main.codec,
        reason: this.rawLast ? raw.reason : main.reason,
        renditions: this.encoders
          .filter((encoder) => encoder.active)
          .map(({ name, counts: own, kbps, reason }) => ({
            name,
            frames: own.frames,
            bytes: own.bytes,
            skipped: own.skipped,
            kbps,
            reason,
          })),
      },
      latency: {
        cameraToEncodedMs: { p50: counts.latencyMs.percentile(0.5), p95: counts.latencyMs.percentile(0.95) },
      },
    };
  }

  close(): void {
    this.setBroadcast(null);
  }

  private apply(): void {
    const { broadcast } = this;
    const main = broadcast?.renditions.find(({ name }) => name === 'main');
    const raw = broadcast?.source === 'raw' && main !== undefined;
    if (broadcast) this.rawLast = raw;
    for (const encoder of this.encoders) {
      const rendition = raw ? undefined : broadcast?.renditions.find(({ name }) => name === encoder.name);
      if (broadcast && rendition) encoder.start(rendition, this.fps, broadcast.epoch);
      else if (encoder.active) encoder.stop();
    }
    if (broadcast && raw) this.raw.start(main.width, main.height, broadcast.epoch);
    else if (this.raw.active) this.raw.stop();
  }

  private encoderOf(name: RenditionName): RenditionEncoder {
    return this.encoders[RENDITIONS.indexOf(name)]!;
  }

  private fitted(index: number, { width, height }: RenditionEncoder): PictureFit {
    const before = this.fits[index];
    if (before?.canvas.width === width && before.canvas.height === height) return before;
    const fit = new PictureFit({ width, height });
    this.fits[index] = fit;
    return fit;
  }
}
