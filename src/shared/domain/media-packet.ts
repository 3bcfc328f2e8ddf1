import { RENDITIONS } from './encoding.ts';

/**
 * Wire format of the media port, renderer → media process. One message is one packet: a 16-byte little-endian
 * header, then the payload.
 *
 * | offset | type | video                                   | pcm                                  | raw           |
 * |--------|------|-----------------------------------------|--------------------------------------|---------------|
 * | 0      | u8   | 1                                       | 2                                    | 3             |
 * | 1      | u8   | bit 0: key frame, bit 1: card, bits 2–3: rendition | channels (always 2)       | bit 1: card   |
 * | 2      | u16  | width                                   | sample rate / 100 (always 480)       | width         |
 * | 4      | u16  | height                                  | 0                                    | height        |
 * | 6      | u16  | epoch                                   | epoch                                | epoch         |
 * | 8      | f64  | presentation time, µs on the programme clock | time of the first sample, same clock | as video |
 *
 * Video payload: one H.264 access unit, Annex B, SPS and PPS in front of every key frame. Rendition: index in
 * RENDITIONS (encoding.ts).
 * Raw payload: the planes Y, U, V of an I420 picture (BT.709, limited range), each without padding.
 * Card: a key frame of the programme's own encoder and format that is not shown but kept, to stand in while the
 * page is gone. Two come at the begin of every encoder configuration and again at every new connection, before the
 * programme; their time means nothing.
 * PCM payload: interleaved signed 16-bit little-endian.
 * Epoch: counts the broadcasts of a page; packets of another epoch are late and are ignored.
 * Programme clock: milliseconds since the Unix epoch by `performance.timeOrigin + performance.now()`, in µs.
 */
export const MEDIA_HEADER_BYTES = 16;
export const PCM_SAMPLE_RATE = 48_000;
export const PCM_CHANNELS = 2;
const KIND_VIDEO = 1;
const KIND_PCM = 2;
const KIND_RAW = 3;
const FLAG_KEY = 1;
const FLAG_CARD = 2;
const RENDITION_SHIFT = 2;
const RENDITION_MASK = 3;
/** A packet larger than this is no packet of ours (an 8K key frame is far smaller). */
export const MEDIA_PACKET_MAX_BYTES = 16 * 1024 * 1024;

export interface VideoPacket {
  readonly kind: 'video';
  readonly key: boolean;
  /** Kept for the time without a page instead of shown. */
  readonly card: boolean;
  /** Index in RENDITIONS. */
  readonly rendition: number;
  readonly width: number;
  readonly height: number;
  readonly epoch: number;
  readonly timestampUs: number;
  readonly data: Uint8Array;
}

export interface PcmPacket {
  readonly kind: 'pcm';
  readonly epoch: number;
  readonly timestampUs: number;
  /** Interleaved stereo s16le. */
  readonly data: Uint8Array;
}

export interface RawPacket {
  readonly kind: 'raw';
  /** Kept for the time without a page instead of shown. */
  readonly card: boolean;
  readonly width: number;
  readonly height: number;
  readonly epoch: number;
  readonly timestampUs: number;
  /** I420, {@link rawPictureBytes} long. */
  readonly data: Uint8Array;
}

export type MediaPacket = VideoPacket | PcmPacket | RawPacket;

/** Bytes of an I420 picture with even sides. */
export function rawPictureBytes(width: number, height: number): number {
  return (width * height * 3) / 2;
}

/** Writes the header of a video packet to the first {@link MEDIA_HEADER_BYTES} bytes of `view`. */
export function writeVideoHeader(
  view: DataView,
  key: boolean,
  width: number,
  height: number,
  epoch: number,
  timestampUs: number,
  card = false,
  rendition = 0,
): void {
  view.setUint8(0, KIND_VIDEO);
  view.setUint8(1, (key ? FLAG_KEY : 0) | (card ? FLAG_CARD : 0) | (rendition << RENDITION_SHIFT));
  view.setUint16(2, width, true);
  view.setUint16(4, height, true);
  view.setUint16(6, epoch & 0xffff, true);
  view.setFloat64(8, timestampUs, true);
}

/** Writes the header of a raw picture to the first {@link MEDIA_HEADER_BYTES} bytes of `view`. */
export function writeRawHeader(
  view: DataView,
  width: number,
  height: number,
  epoch: number,
  timestampUs: number,
  card = false,
): void {
  view.setUint8(0, KIND_RAW);
  view.setUint8(1, card ? FLAG_CARD : 0);
  view.setUint16(2, width, true);
  view.setUint16(4, height, true);
  view.setUint16(6, epoch & 0xffff, true);
  view.setFloat64(8, timestampUs, true);
}

/** Writes the header of a PCM packet to the first {@link MEDIA_HEADER_BYTES} bytes of `view`. */
export function writePcmHeader(view: DataView, epoch: number, timestampUs: number): void {
  view.setUint8(0, KIND_PCM);
  view.setUint8(1, PCM_CHANNELS);
  view.setUint16(2, PCM_SAMPLE_RATE / 100, true);
  view.setUint16(4, 0, true);
  view.setUint16(6, epoch & 0xffff, true);
  view.setFloat64(8, timestampUs, true);
}

/**
 * Reads one packet. The payload is a view on `bytes`, not a copy.
 * @throws Error naming the fault when the message is no valid packet.
 */
export function readMediaPacket(bytes: Uint8Array): MediaPacket {
  if (bytes.byteLength <= MEDIA_HEADER_BYTES) throw new Error('media packet: no payload');
  if (bytes.byteLength > MEDIA_PACKET_MAX_BYTES) throw new Error('media packet: too large');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const timestampUs = view.getFloat64(8, true);
  if (!Number.isFinite(timestampUs) || timestampUs < 0) throw new Error('media packet: bad timestamp');
  const epoch = view.getUint16(6, true);
  const data = bytes.subarray(MEDIA_HEADER_BYTES);
  const kind = view.getUint8(0);
  if (kind === KIND_VIDEO) {
    const width = view.getUint16(2, true);
    const height = view.getUint16(4, true);
    if (width < 16 || height < 16) throw new Error('media packet: bad picture size');
    const flags = view.getUint8(1);
    const key = (flags & FLAG_KEY) !== 0;
    const card = (flags & FLAG_CARD) !== 0;
    if (card && !key) throw new Error('media packet: a card must be a key frame');
    const rendition = (flags >> RENDITION_SHIFT) & RENDITION_MASK;
    if (rendition >= RENDITIONS.length) throw new Error('media packet: unknown rendition');
    return { kind: 'video', key, card, rendition, width, height, epoch, timestampUs, data };
  }
  if (kind === KIND_RAW) {
    const width = view.getUint16(2, true);
    const height = view.getUint16(4, true);
    if (width < 16 || height < 16 || width % 2 !== 0 || height % 2 !== 0) {
      throw new Error('media packet: bad picture size');
    }
    if (data.byteLength !== rawPictureBytes(width, height)) {
      throw new Error('media packet: a raw picture of another size than it says');
    }
    const card = (view.getUint8(1) & FLAG_CARD) !== 0;
    return { kind: 'raw', card, width, height, epoch, timestampUs, data };
  }
  if (kind === KIND_PCM) {
    if (view.getUint8(1) !== PCM_CHANNELS || view.getUint16(2, true) * 100 !== PCM_SAMPLE_RATE) {
      throw new Error('media packet: PCM must be 48 kHz stereo');
    }
    if (data.byteLength % 4 !== 0) throw new Error('media packet: PCM ends inside a sample');
    return { kind: 'pcm', epoch, timestampUs, data };
  }
  throw new Error(`media packet: unknown kind ${kind}`);
}
