const HANDSHAKE_BYTES = 1 + 2 * 1536;
const COMMAND_HEAD_BYTES = 2048;
const MEDIA_HEAD_BYTES = 2;
const NO_EXTENDED_TIME = 0xffffff;

const SET_CHUNK_SIZE = 1;
const AUDIO = 8;
const VIDEO = 9;
const COMMAND = 20;

/** One connection as the server sees it. Times are `performance.now()`. */
export interface WireConnection {
  readonly openedMs: number;
  closedMs: number | null;
  /** The `publish` command was complete. */
  publishedMs: number | null;
  /** The first picture (not the codec's header) was complete. */
  firstPicture: { readonly atMs: number; readonly key: boolean } | null;
  pictures: number;
  sounds: number;
  bytes: number;
  /** When the last byte came. */
  lastByteMs: number;
}

export interface WireCommand {
  readonly name: string;
  readonly transaction: number;
}

interface ChunkStream {
  extended: boolean;
  length: number;
  type: number;
  received: number;
  /** The first bytes of the message's body. */
  head: Buffer;
}

/** Reads what an RTMP client sends: its commands, and which pictures come when. Bodies are not kept. */
export class WireReader {
  readonly connection: WireConnection;
  readonly #onCommand: (command: WireCommand) => void;
  readonly #streams = new Map<number, ChunkStream>();
  #rest: Buffer = Buffer.alloc(0);
  #handshakeLeft = HANDSHAKE_BYTES;
  #chunkSize = 128;

  constructor(onCommand: (command: WireCommand) => void = () => undefined) {
    this.#onCommand = onCommand;
    const openedMs = performance.now();
    this.connection = {
      openedMs,
      closedMs: null,
      publishedMs: null,
      firstPicture: null,
      pictures: 0,
      sounds: 0,
      bytes: 0,
      lastByteMs: openedMs,
    };
  }

  /** The handshake is over: commands come now. */
  get shaken(): boolean {
    return this.#handshakeLeft === 0;
  }

  push(bytes: Buffer): void {
    this.connection.bytes += bytes.length;
    this.connection.lastByteMs = performance.now();
    const skipped = Math.min(this.#handshakeLeft, bytes.length);
    this.#handshakeLeft -= skipped;
    const fresh = bytes.subarray(skipped);
    if (fresh.length === 0) return;
    this.#rest = this.#rest.length === 0 ? fresh : Buffer.concat([this.#rest, fresh]);
    let at = 0;
    for (let used = this.#chunk(at); used > 0; used = this.#chunk(at)) at += used;
    this.#rest = Buffer.from(this.#rest.subarray(at));
  }

  close(): void {
    this.connection.closedMs ??= performance.now();
  }

  /** Reads the chunk at `start`. @returns its length; 0 when it is not complete yet. */
  #chunk(start: number): number {
    const data = this.#rest;
    let at = start;
    if (data.length < at + 3) return 0;
    const format = data[at]! >> 6;
    let id = data[at++]! & 0x3f;
    if (id === 0) id = 64 + data[at++]!;
    else if (id === 1) {
      id = 64 + data.readUInt16LE(at);
      at += 2;
    }
    const headerBytes = [11, 7, 3, 0][format]!;
    if (data.length < at + headerBytes) return 0;
    const before = this.#streams.get(id);
    const begins = !before || before.received === 0 || before.received === before.length;
    const stream: ChunkStream = {
      extended: format < 3 ? data.readUIntBE(at, 3) === NO_EXTENDED_TIME : (before?.extended ?? false),
      length: format < 2 ? data.readUIntBE(at + 3, 3) : (before?.length ?? 0),
      type: format < 2 ? data[at + 6]! : (before?.type ?? 0),
      received: begins ? 0 : before.received,
      head: begins ? Buffer.alloc(0) : before.head,
    };
    at += headerBytes + (stream.extended ? 4 : 0);
    const payload = Math.min(this.#chunkSize, stream.length - stream.received);
    if (data.length < at + payload) return 0;
    const wanted = stream.type === AUDIO || stream.type === VIDEO ? MEDIA_HEAD_BYTES : COMMAND_HEAD_BYTES;
    const missing = Math.min(payload, Math.max(0, wanted - stream.head.length));
    if (missing > 0) stream.head = Buffer.concat([stream.head, data.subarray(at, at + missing)]);
    stream.received += payload;
    this.#streams.set(id, stream);
    if (stream.received === stream.length) this.#message(stream);
    return at + payload - start;
  }

  #message({ type, head }: ChunkStream): void {
    const { connection } = this;
    if (type === SET_CHUNK_SIZE && head.length >= 4) this.#chunkSize = head.readUInt32BE(0) & 0x7fffffff;
    else if (type === AUDIO && head[1] === 1) connection.sounds++;
    else if (type === VIDEO && head[1] === 1) {
      connection.pictures++;
      connection.firstPicture ??= { atMs: performance.now(), key: head[0]! >> 4 === 1 };
    } else if (type === COMMAND) this.#command(head);
  }

  #command(head: Buffer): void {
    if (head.length < 3 || head[0] !== 2) return;
    const end = 3 + head.readUInt16BE(1);
    const name = head.toString('latin1', 3, end);
    const transaction = head[end] === 0 && head.length >= end + 9 ? head.readDoubleBE(end + 1) : 0;
    if (name === 'publish') this.connection.publishedMs ??= performance.now();
    this.#onCommand({ name, transaction });
  }
}
