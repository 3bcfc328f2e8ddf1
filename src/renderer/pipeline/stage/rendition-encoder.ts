import { type Rendition, type RenditionName, renditionIndex } from '../../../shared/domain/encoding.ts';
import { h264Level } from '../../../shared/domain/h264-level.ts';
import { MEDIA_HEADER_BYTES, writeVideoHeader } from '../../../shared/domain/media-packet.ts';
import type { Reason } from '../../../shared/errors.ts';
import { programmeNowMs } from '../clock.ts';
import { drawCard } from './card.ts';
import { EncodeCounts } from './encode-counts.ts';
import { EncoderTrust } from './encoder-trust.ts';
import { encoderCandidates, startsDecoding, supportedConfig } from './h264.ts';

const KEY_INTERVAL_US = 2_000_000;
const QUEUE_MAX = 2;
/** Two, so that shown in turn no two neighbours have the same idr_pic_id. */
const CARDS = 2;
/** An encoder that gives nothing for so long, however many pictures it gets, hangs. */
const HUNG_MS = 3000;
/** Between pictures further apart than this nothing was asked of it. */
const IDLE_MS = 2000;
/** What an encoder that was told to stop still gives comes within this, or not at all. */
const DRAIN_MS = 2000;

/** Where the packets of all renditions go. */
export interface PacketSink {
  /** By copy: the buffer is used again. */
  send(packet: Uint8Array<ArrayBuffer>): void;
  /** More is waiting in the port than it can take: pictures are skipped until it drains. */
  readonly full: boolean;
}

/** What one encoder was made for. Another size, rate or level is another encoder. */
interface Format {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly level: number;
  readonly epoch: number;
}

/** One VideoEncoder from its configuration to its end. */
interface Session extends Format {
  readonly encoder: VideoEncoder;
  readonly config: VideoEncoderConfig;
  /** Packets up to this time are the cards. */
  readonly lastCardUs: number;
  /** Deltas are useless until a key frame has been sent. */
  sentKey: boolean;
}

/**
 * Encodes one rendition and sends it as packets. An encoder that errors or hangs is replaced, by one in software;
 * the next picture is a key frame then. Nothing is queued here.
 */
export class RenditionEncoder {
  readonly name: RenditionName;
  readonly counts = new EncodeCounts();
  private readonly index: number;
  private readonly sink: PacketSink;
  private readonly onError: (reason: Reason, detail: string) => void;
  private format: Format | null = null;
  private session: Session | null = null;
  /** Grows with every start and stop, so that late answers of an older one are told apart. */
  private turn = 0;
  private starting = false;
  private drains = 0;
  private drained: Promise<void> = Promise.resolve();
  private readonly trust = new EncoderTrust();
  private software = false;
  /** Epoch that the counts belong to: the running one, or the one that ended last. */
  private countedEpoch = 0;
  private wantedKbps = 0;
  private aimKbps = 0;
  private codecName = 'none';
  private trouble: Reason | null = null;
  private wantKey = true;
  private lastKeyUs = 0;
  private lastAskedMs = 0;
  private lastOutMs = 0;
  /** Packets of the running configuration's cards, kept for a media process that is replaced. */
  private cards: Uint8Array<ArrayBuffer>[] = [];
  private buffer = new Uint8Array(256 * 1024);
  private view = new DataView(this.buffer.buffer);
  private readonly encodeOptions: VideoEncoderEncodeOptions = { keyFrame: false };

  constructor(name: RenditionName, sink: PacketSink, onError: (reason: Reason, detail: string) => void) {
    this.name = name;
    this.index = renditionIndex(name);
    this.sink = sink;
    this.onError = onError;
  }

  /** It is in use. */
  get active(): boolean {
    return this.format !== null;
  }

  get draining(): boolean {
    return this.drains > 0;
  }

  get codec(): string {
    return this.codecName;
  }

  get reason(): Reason | null {
    return this.trouble;
  }

  /** What the encoder aims at now. */
  get kbps(): number {
    return this.aimKbps;
  }

  get width(): number {
    return this.format?.width ?? 0;
  }

  get height(): number {
    return this.format?.height ?? 0;
  }

  /** The encoder has more than it can take. */
  get saturated(): boolean {
    const encoder = this.session?.encoder;
    return encoder?.state === 'configured' && encoder.encodeQueueSize > QUEUE_MAX;
  }

  /** A new broadcast: counts begin anew, and what has failed before may be tried again. */
  reset(epoch: number): void {
    this.countedEpoch = epoch;
    this.counts.reset();
    this.trust.reset();
    this.software = false;
    this.trouble = null;
    this.wantedKbps = 0;
  }

  /**
   * Begins, or goes on with what has changed: another bitrate is told to the running encoder, anything else takes a
   * new one, which begins with its cards and a key frame once the one before has given what it holds.
   */
  start({ width, height, bitrateKbps }: Rendition, fps: number, epoch: number): void {
    const level = h264Level(width, height, fps, bitrateKbps);
    const { format } = this;
    const same =
      format?.epoch === epoch &&
      format.width === width &&
      format.height === height &&
      format.fps === fps &&
      format.level === level;
    const bitrate = bitrateKbps !== this.wantedKbps;
    this.wantedKbps = bitrateKbps;
    if (bitrate && !same) this.aimKbps = bitrateKbps;
    if (same) {
      if (bitrate) this.setBitrate(bitrateKbps);
      return;
    }
    this.stop();
    this.format = { width, height, fps, level, epoch };
    // Another size may be what the failed encoder lacked.
    this.trust.reset();
    this.trouble = null;
    void this.open(this.format);
  }

  /** Aims at another bitrate from the next picture on, without a key frame. */
  setBitrate(kbps: number): void {
    if (kbps === this.aimKbps) return;
    this.aimKbps = kbps;
    const { session } = this;
    if (session?.encoder.state !== 'configured') return;
    try {
      session.encoder.configure({ ...session.config, bitrate: Math.round(kbps * 1000) });
    } catch (error) {
      this.fail(session, String(error));
    }
  }

  requestKey(): void {
    this.wantKey = true;
  }

  /** A new connection: its media process knows nothing yet, and can do nothing with what is in the encoder now. */
  connected(): void {
    for (const card of this.cards) this.sink.send(card);
    this.wantKey = true;
    if (this.session) this.session.sentKey = false;
  }

  /** Ends it; what the encoder still holds is sent first. */
  stop(): void {
    this.turn++;
    this.format = null;
    this.starting = false;
    this.cards = [];
    const { session } = this;
    this.session = null;
    if (!session || session.encoder.state === 'closed') return;
    this.drains++;
    // A failure while draining an encoder that nobody needs any more costs its last pictures and nothing else.
    const flushed = session.encoder.flush().catch(() => undefined);
    const late = new Promise<void>((resolve) => setTimeout(resolve, DRAIN_MS));
    this.drained = Promise.race([flushed, late]).then(() => {
      this.drains--;
      close(session);
    });
  }

  /** Leaves a picture out and counts it. After a full port, what comes next must stand alone. */
  skip(): void {
    this.counts.skipped++;
    if (this.sink.full) {
      this.wantKey = true;
      this.lastOutMs = programmeNowMs();
    } else this.watch();
  }

  /** Whether the next picture can be encoded; where it cannot, it is counted as left out. */
  ready(): boolean {
    if (this.session?.encoder.state !== 'configured') {
      if (!this.starting && this.format && this.trouble !== 'encoder.unsupported')
        void this.open(this.format);
      // A broadcast begins with its first picture: what comes before is no loss.
      if (this.counts.frames > 0 || !this.starting) this.counts.skipped++;
      return false;
    }
    if (this.saturated || this.sink.full) {
      this.skip();
      return false;
    }
    this.watch();
    return this.session !== null;
  }

  /**
   * Encodes a picture of any size, in the rendition's shape. Only after ready().
   * @param frame remains the caller's.
   * @param timestampUs strictly greater than that of the call before.
   * @param capturedAtMs when the camera frame behind this picture was taken; 0: none new.
   */
  encode(frame: VideoFrame, timestampUs: number, capturedAtMs: number): void {
    const { session } = this;
    if (!session) return;
    this.counts.begin(timestampUs, capturedAtMs);
    // Half a frame early rather than a whole one late, so that the spacing stays within the two seconds.
    const due = timestampUs - this.lastKeyUs + 500_000 / session.fps >= KEY_INTERVAL_US;
    const key = this.wantKey || due;
    this.encodeOptions.keyFrame = key;
    try {
      session.encoder.encode(frame, this.encodeOptions);
      if (key) {
        this.wantKey = false;
        this.lastKeyUs = timestampUs;
      }
    } catch (error) {
      this.fail(session, String(error));
    }
  }

  private async open(format: Format): Promise<void> {
    const turn = ++this.turn;
    this.starting = true;
    this.wantKey = true;
    const { width, height, fps } = format;
    const candidates = encoderCandidates(width, height, fps, this.wantedKbps, this.software);
    const [config] = await Promise.all([supportedConfig(candidates), this.drained]);
    if (turn !== this.turn) return;
    this.starting = false;
    if (!config) {
      this.trouble = 'encoder.unsupported';
      this.onError(this.trouble, `${this.name}: ${width}x${height} at ${fps}`);
      return;
    }
    // The cards come before the first tick's time, which may lie a frame back.
    const frameUs = Math.round(1_000_000 / fps);
    const cardsUs = Math.round(programmeNowMs() * 1000) - (CARDS + 1) * frameUs;
    const lastCardUs = cardsUs + (CARDS - 1) * frameUs;
    const encoder = new VideoEncoder({
      output: (chunk) => {
        this.lastOutMs = programmeNowMs();
        if (chunk.timestamp > lastCardUs) this.take(session, chunk);
        else if (session === this.session) this.takeCard(session, chunk);
      },
      error: (error) => this.fail(session, String(error)),
    });
    const session: Session = { ...format, encoder, config, lastCardUs, sentKey: false };
    this.session = session;
    this.codecName = `webcodecs:${config.codec}`;
    this.lastOutMs = programmeNowMs();
    try {
      encoder.configure({ ...config, bitrate: Math.round(this.aimKbps * 1000) });
      this.cards = [];
      encodeCards(encoder, width, height, cardsUs, frameUs);
    } catch (error) {
      this.fail(session, String(error));
    }
  }

  private watch(): void {
    const now = programmeNowMs();
    if (now - this.lastAskedMs > IDLE_MS) this.lastOutMs = now;
    this.lastAskedMs = now;
    if (this.session && now - this.lastOutMs > HUNG_MS) this.fail(this.session, 'it gives nothing any more');
  }

  private fail(session: Session, detail: string): void {
    close(session);
    if (session !== this.session) return;
    this.session = null;
    this.software = true;
    this.trouble = this.trust.failed() ? 'encoder.unsupported' : 'encoder.failed';
    this.onError(this.trouble, `${this.name}: ${detail}`);
  }

  private takeCard(session: Session, chunk: EncodedVideoChunk): void {
    const packet = new Uint8Array(MEDIA_HEADER_BYTES + chunk.byteLength);
    const payload = packet.subarray(MEDIA_HEADER_BYTES);
    chunk.copyTo(payload);
    if (!startsDecoding(payload)) return;
    const { width, height, epoch } = session;
    const view = new DataView(packet.buffer);
    writeVideoHeader(view, true, width, height, epoch, chunk.timestamp, true, this.index);
    this.cards.push(packet);
    this.sink.send(packet);
  }

  private take(session: Session, chunk: EncodedVideoChunk): void {
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
      session.sentKey = false;
      return;
    }
    if (key) {
      session.sentKey = true;
      this.trust.worked(programmeNowMs());
      if (this.trouble === 'encoder.failed') this.trouble = null;
    }
    if (!session.sentKey) return;
    const { width, height, epoch } = session;
    writeVideoHeader(this.view, key, width, height, epoch, chunk.timestamp, false, this.index);
    this.sink.send(packet);
    if (epoch === this.countedEpoch) this.counts.sent(chunk.timestamp, chunk.byteLength, key);
  }
}

function close({ encoder }: Session): void {
  if (encoder.state !== 'closed') encoder.close();
}

/** The first pictures of every configuration: the media process keeps them for the time without this page. */
function encodeCards(
  encoder: VideoEncoder,
  width: number,
  height: number,
  beginUs: number,
  frameUs: number,
): void {
  const canvas = drawCard(width, height, null);
  for (let i = 0; i < CARDS; i++) {
    const frame = new VideoFrame(canvas, { timestamp: beginUs + i * frameUs, duration: frameUs });
    encoder.encode(frame, { keyFrame: true });
    frame.close();
  }
}
