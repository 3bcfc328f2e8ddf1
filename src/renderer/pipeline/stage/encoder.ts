import { MEDIA_HEADER_BYTES, writeVideoHeader } from '../../../shared/domain/media-packet.ts';
import type { Picture } from '../../../shared/domain/studio.ts';
import type { Reason } from '../../../shared/errors.ts';
import { programmeNowMs } from '../clock.ts';
import type { MediaPort } from '../media-port.ts';
import { SampleWindow } from '../metrics.ts';
import { drawCard } from './card.ts';
import { encoderCandidates, startsDecoding } from './h264.ts';
import type { StageMetrics } from './messages.ts';

const KEY_INTERVAL_US = 2_000_000;
const QUEUE_MAX = 2;
/** More than this waiting in the port means that nobody reads: pictures are skipped until it drains. */
const PORT_QUEUE_MAX_BYTES = 4 * 1024 * 1024;
const PENDING = 64;
/** Two, so that shown in turn no two neighbours have the same idr_pic_id. */
const CARDS = 2;
/** An encoder that fails this often in a row is no encoder of this machine. */
const FAILURES_MAX = 5;

/**
 * Encodes the programme while a broadcast is on and sends it as packets. Counts belong to one epoch.
 * An encoder that errors is replaced; the next picture is a key frame. Nothing is queued here.
 */
export class ProgrammeEncoder {
  private readonly port: MediaPort;
  private readonly onError: (reason: Reason, detail: string) => void;
  private picture: Picture;
  private epoch = 0;
  /** Epoch that the counts belong to: the running one, or the one that ended last. */
  private counted = 0;
  private draining = 0;
  private encoder: VideoEncoder | null = null;
  private codec = 'none';
  /** Grows with every start and stop, so that late answers of an older encoder are told apart. */
  private generation = 0;
  private starting = false;
  private failures = 0;
  private reason: Reason | null = null;
  private wantKey = true;
  private lastKeyUs = 0;
  /** Deltas are useless until a key frame has been sent. */
  private sentKey = false;
  /** Packets of the running configuration's cards, kept for a media process that is replaced. */
  private cards: Uint8Array<ArrayBuffer>[] = [];
  private buffer = new Uint8Array(256 * 1024);
  private view = new DataView(this.buffer.buffer);

  private frames = 0;
  private keyFrames = 0;
  private bytes = 0;
  private skipped = 0;
  private readonly encodeMs = new SampleWindow();
  private readonly latencyMs = new SampleWindow();
  private readonly pendingUs = new Float64Array(PENDING);
  private readonly pendingStart = new Float64Array(PENDING);
  private readonly pendingCamera = new Float64Array(PENDING);
  private pendingNext = 0;

  private readonly frameInit: VideoFrameInit = { timestamp: 0, duration: 0, alpha: 'discard' };
  private readonly encodeOptions: VideoEncoderEncodeOptions = { keyFrame: false };

  constructor(port: MediaPort, picture: Picture, onError: (reason: Reason, detail: string) => void) {
    this.port = port;
    this.picture = picture;
    this.onError = onError;
    port.onOpen(() => {
      for (const card of this.cards) port.send(card);
      this.requestKey();
    });
    port.onControl((control) => {
      if (control.type === 'key-frame') this.requestKey();
    });
  }

  get active(): boolean {
    return this.epoch !== 0;
  }

  requestKey(): void {
    this.wantKey = true;
  }

  /** Starts a broadcast with fresh counts, or ends it: what the encoder still holds is sent first. */
  setBroadcast(broadcast: { readonly epoch: number } | null): void {
    const epoch = broadcast?.epoch ?? 0;
    if (epoch === this.epoch) return;
    this.stop();
    this.epoch = epoch;
    if (epoch === 0) return;
    this.counted = epoch;
    this.frames = 0;
    this.keyFrames = 0;
    this.bytes = 0;
    this.skipped = 0;
    this.failures = 0;
    this.reason = null;
    this.encodeMs.reset();
    this.latencyMs.reset();
    void this.start();
  }

  setPicture(picture: Picture): void {
    this.picture = picture;
    if (!this.active) return;
    this.stop();
    void this.start();
  }

  /** The encoder or the port has more than it can take: this picture need not even be drawn. */
  get saturated(): boolean {
    return (
      this.active &&
      this.encoder?.state === 'configured' &&
      (this.encoder.encodeQueueSize > QUEUE_MAX || this.port.queuedBytes > PORT_QUEUE_MAX_BYTES)
    );
  }

  /** Leaves this picture out and counts it. After a full port, what comes next must stand alone. */
  skip(): void {
    this.skipped++;
    if (this.port.queuedBytes > PORT_QUEUE_MAX_BYTES) this.wantKey = true;
  }

  /**
   * Encodes what is on the canvas now.
   * @param timestampUs strictly greater than that of the call before.
   * @param capturedAtMs when the camera frame behind this picture was taken; 0: none new.
   */
  encode(canvas: OffscreenCanvas, timestampUs: number, capturedAtMs: number): void {
    if (!this.active) return;
    const encoder = this.encoder;
    if (encoder?.state !== 'configured') {
      if (!this.starting && this.reason !== 'encoder.unsupported') void this.start();
      // A broadcast begins with its first picture: what comes before is no loss.
      if (this.frames > 0 || !this.starting) this.skipped++;
      return;
    }
    if (this.saturated) {
      this.skip();
      return;
    }
    const slot = this.pendingNext;
    this.pendingNext = (slot + 1) % PENDING;
    this.pendingUs[slot] = timestampUs;
    this.pendingStart[slot] = programmeNowMs();
    this.pendingCamera[slot] = capturedAtMs;
    this.frameInit.timestamp = timestampUs;
    this.frameInit.duration = 1_000_000 / this.picture.fps;
    // Half a frame early rather than a whole one late, so that the spacing stays within the two seconds.
    const due = timestampUs - this.lastKeyUs + 500_000 / this.picture.fps >= KEY_INTERVAL_US;
    const key = this.wantKey || due;
    this.encodeOptions.keyFrame = key;
    const frame = new VideoFrame(canvas, this.frameInit);
    try {
      encoder.encode(frame, this.encodeOptions);
      if (key) {
        this.wantKey = false;
        this.lastKeyUs = timestampUs;
      }
    } catch (error) {
      this.fail(String(error));
    } finally {
      frame.close();
    }
  }

  metrics(): { encode: StageMetrics['encode']; latency: StageMetrics['latency'] } {
    return {
      encode: {
        state: this.active || this.draining > 0 ? 'running' : 'off',
        epoch: this.counted,
        frames: this.frames,
        keyFrames: this.keyFrames,
        bytes: this.bytes,
        p50Ms: this.encodeMs.percentile(0.5),
        p95Ms: this.encodeMs.percentile(0.95),
        skipped: this.skipped,
        encoder: this.codec,
        reason: this.reason,
      },
      latency: {
        cameraToEncodedMs: {
          p50: this.latencyMs.percentile(0.5),
          p95: this.latencyMs.percentile(0.95),
        },
      },
    };
  }

  close(): void {
    this.stop();
    this.epoch = 0;
  }

  private async start(): Promise<void> {
    const generation = ++this.generation;
    this.starting = true;
    this.wantKey = true;
    this.sentKey = false;
    const { width, height, fps, bitrateKbps } = this.picture;
    const config = await supported(encoderCandidates(width, height, fps, bitrateKbps));
    if (generation !== this.generation) return;
    this.starting = false;
    if (!config) {
      this.reason = 'encoder.unsupported';
      this.onError('encoder.unsupported', `${width}x${height} at ${fps}`);
      return;
    }
    const epoch = this.epoch;
    // The cards come before the first tick's time, which may lie a frame back.
    const frameUs = Math.round(1_000_000 / fps);
    const cardsUs = Math.round(programmeNowMs() * 1000) - (CARDS + 1) * frameUs;
    const lastCardUs = cardsUs + (CARDS - 1) * frameUs;
    const encoder = new VideoEncoder({
      output: (chunk) => {
        if (chunk.timestamp > lastCardUs) this.take(chunk, epoch, width, height);
        else if (generation === this.generation) this.takeCard(chunk, epoch, width, height);
      },
      error: (error) => {
        if (generation === this.generation) this.fail(String(error));
      },
    });
    encoder.configure(config);
    this.encoder = encoder;
    this.codec = `webcodecs:${config.codec}`;
    this.encodeCards(encoder, width, height, cardsUs, frameUs);
  }

  /** The first pictures of every configuration: the media process keeps them for the time without this page. */
  private encodeCards(
    encoder: VideoEncoder,
    width: number,
    height: number,
    beginUs: number,
    frameUs: number,
  ): void {
    this.cards = [];
    const canvas = drawCard(width, height);
    try {
      for (let i = 0; i < CARDS; i++) {
        const frame = new VideoFrame(canvas, { timestamp: beginUs + i * frameUs, duration: frameUs });
        encoder.encode(frame, { keyFrame: true });
        frame.close();
      }
    } catch (error) {
      this.fail(String(error));
    }
  }

  private stop(): void {
    this.generation++;
    this.cards = [];
    this.starting = false;
    const encoder = this.encoder;
    this.encoder = null;
    if (!encoder || encoder.state === 'closed') return;
    this.draining++;
    const close = (): void => {
      this.draining--;
      if (encoder.state !== 'closed') encoder.close();
    };
    // A failure while draining an encoder that nobody needs any more costs its last pictures and nothing else.
    encoder.flush().then(close, close);
  }

  private fail(detail: string): void {
    this.generation++;
    const encoder = this.encoder;
    this.encoder = null;
    if (encoder && encoder.state !== 'closed') encoder.close();
    this.failures++;
    this.reason = this.failures >= FAILURES_MAX ? 'encoder.unsupported' : 'encoder.failed';
    this.onError(this.reason, detail);
  }

  private takeCard(chunk: EncodedVideoChunk, epoch: number, width: number, height: number): void {
    const packet = new Uint8Array(MEDIA_HEADER_BYTES + chunk.byteLength);
    const payload = packet.subarray(MEDIA_HEADER_BYTES);
    chunk.copyTo(payload);
    if (!startsDecoding(payload)) return;
    writeVideoHeader(new DataView(packet.buffer), true, width, height, epoch, chunk.timestamp, true);
    this.cards.push(packet);
    this.port.send(packet);
  }

  private take(chunk: EncodedVideoChunk, epoch: number, width: number, height: number): void {
    const size = MEDIA_HEADER_BYTES + chunk.byteLength;
    if (this.buffer.byteLength < size) {
      this.buffer = new Uint8Array(size * 2);
      this.view = new DataView(this.buffer.buffer);
    }
    const packet = this.buffer.subarray(0, size);
    const payload = packet.subarray(MEDIA_HEADER_BYTES);
    chunk.copyTo(payload);
    const key = chunk.type === 'key';
    if (key && !startsDecoding(payload)) {
      this.wantKey = true;
      this.sentKey = false;
      return;
    }
    if (key) {
      this.sentKey = true;
      this.failures = 0;
      if (this.reason === 'encoder.failed') this.reason = null;
    }
    if (!this.sentKey) return;
    writeVideoHeader(this.view, key, width, height, epoch, chunk.timestamp);
    this.port.send(packet);
    if (epoch !== this.counted) return;
    this.frames++;
    if (key) this.keyFrames++;
    this.bytes += chunk.byteLength;
    this.measure(chunk.timestamp);
  }

  private measure(timestampUs: number): void {
    for (let i = 0; i < PENDING; i++) {
      if (this.pendingUs[i] !== timestampUs) continue;
      const now = programmeNowMs();
      this.encodeMs.add(now - this.pendingStart[i]!);
      if (this.pendingCamera[i]! > 0) this.latencyMs.add(now - this.pendingCamera[i]!);
      this.pendingUs[i] = -1;
      return;
    }
  }
}

async function supported(candidates: readonly VideoEncoderConfig[]): Promise<VideoEncoderConfig | null> {
  if (typeof VideoEncoder === 'undefined') return null;
  for (const candidate of candidates) {
    const answer = await VideoEncoder.isConfigSupported(candidate).catch(() => null);
    if (answer?.supported) return candidate;
  }
  return null;
}
