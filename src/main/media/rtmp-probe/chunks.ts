import { RtmpProtocolError } from './errors.ts';

/** Message types (Adobe RTMP 1.0, sections 5.4 and 7.1). */
export const MESSAGE = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAckSize: 5,
  setPeerBandwidth: 6,
  commandAmf3: 17,
  commandAmf0: 20,
} as const;

export interface RtmpMessage {
  readonly type: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** Chunk payload of both directions until one side announces another. */
const DEFAULT_CHUNK_BYTES = 128;
const EXTENDED = 0xffffff;
const MAX_STREAMS = 64;
/** Header bytes after the basic header, by format 0 to 3. */
const HEADER_BYTES = [11, 7, 3, 0] as const;

interface ChunkStream {
  length: number;
  type: number;
  streamId: number;
  extended: boolean;
  /** What has come of the message so far; null between messages. */
  parts: Buffer[] | null;
  received: number;
}

/** Puts messages together from chunks (Adobe RTMP 1.0, section 5.3). What is kept is bounded. */
export class ChunkReader {
  readonly #maxMessageBytes: number;
  readonly #streams = new Map<number, ChunkStream>();
  #pending: Buffer = Buffer.alloc(0);
  #chunkBytes = DEFAULT_CHUNK_BYTES;

  /** @param maxMessageBytes a longer message is an error; no more than this is kept per chunk stream */
  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** The messages that are complete with these bytes, in order. @throws RtmpProtocolError */
  push(bytes: Buffer): RtmpMessage[] {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    const messages: RtmpMessage[] = [];
    for (;;) {
      const read = this.#readChunk();
      if (read === null) return messages;
      if (read.message) {
        this.#obey(read.message);
        messages.push(read.message);
      }
    }
  }

  /** One chunk off the front of what is pending; null when it is not all there. */
  #readChunk(): { message: RtmpMessage | null } | null {
    const bytes = this.#pending;
    if (bytes.length < 1) return null;
    const format = bytes[0]! >> 6;
    let id = bytes[0]! & 63;
    let at = 1;
    if (id === 0) {
      if (bytes.length < 2) return null;
      id = 64 + bytes[1]!;
      at = 2;
    } else if (id === 1) {
      if (bytes.length < 3) return null;
      id = 64 + bytes[1]! + 256 * bytes[2]!;
      at = 3;
    }
    const headerBytes = HEADER_BYTES[format]!;
    if (bytes.length < at + headerBytes) return null;
    const known = this.#streams.get(id);
    if (!known && format !== 0) throw new RtmpProtocolError('a chunk refers to a stream that has not begun');
    const next: ChunkStream = known
      ? { ...known }
      : { length: 0, type: 0, streamId: 0, extended: false, parts: null, received: 0 };
    if (next.parts && format !== 3) throw new RtmpProtocolError('a message begins inside another one');
    if (headerBytes >= 3) next.extended = bytes.readUIntBE(at, 3) === EXTENDED;
    if (headerBytes >= 7) {
      next.length = bytes.readUIntBE(at + 3, 3);
      next.type = bytes[at + 6]!;
    }
    if (headerBytes >= 11) next.streamId = bytes.readUInt32LE(at + 7);
    if (next.length > this.#maxMessageBytes) throw new RtmpProtocolError('a message is too long');
    at += headerBytes + (next.extended ? 4 : 0);
    const payload = Math.min(this.#chunkBytes, next.length - next.received);
    if (bytes.length < at + payload) return null;
    this.#pending = bytes.subarray(at + payload);
    const parts = [...(next.parts ?? []), bytes.subarray(at, at + payload)];
    next.received += payload;
    const complete = next.received >= next.length;
    next.parts = complete ? null : parts;
    if (complete) next.received = 0;
    if (!known && this.#streams.size >= MAX_STREAMS) throw new RtmpProtocolError('too many chunk streams');
    this.#streams.set(id, next);
    if (!complete) return { message: null };
    return { message: { type: next.type, streamId: next.streamId, payload: Buffer.concat(parts) } };
  }

  /** What a message says about the chunks that follow it. */
  #obey({ type, payload }: RtmpMessage): void {
    if (type === MESSAGE.setChunkSize) {
      const size = payload.length >= 4 ? payload.readUInt32BE() : 0;
      if (size < 1 || size > 0x7fffffff) throw new RtmpProtocolError('a chunk size is not allowed');
      this.#chunkBytes = size;
    } else if (type === MESSAGE.abort && payload.length >= 4) {
      const stream = this.#streams.get(payload.readUInt32BE());
      if (stream) [stream.parts, stream.received] = [null, 0];
    }
  }
}

/** A message in chunks of the default size, with timestamp 0. @param chunkStream 2 to 63; 2 is for control */
export function writeMessage(
  chunkStream: number,
  { type, streamId, payload }: RtmpMessage,
  chunkBytes: number = DEFAULT_CHUNK_BYTES,
): Buffer {
  const head = Buffer.alloc(12);
  head[0] = chunkStream;
  head.writeUIntBE(payload.length, 4, 3);
  head[7] = type;
  head.writeUInt32LE(streamId, 8);
  const parts: Buffer[] = [head, payload.subarray(0, chunkBytes)];
  for (let at = chunkBytes; at < payload.length; at += chunkBytes) {
    parts.push(Buffer.of(0xc0 | chunkStream), payload.subarray(at, at + chunkBytes));
  }
  return Buffer.concat(parts);
}
