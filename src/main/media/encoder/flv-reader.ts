const FILE_HEADER_BYTES = 13;
const TAG_HEADER_BYTES = 11;
const TAG_TRAILER_BYTES = 4;
const VIDEO_TAG = 9;
const AVC = 7;
const KEY_FRAME = 1;
/** No encoder of ours makes a larger picture. */
const MAX_TAG_BYTES = 12 * 1024 * 1024;

export interface FlvVideoSink {
  /** AVCDecoderConfigurationRecord; a view on nothing that is written again. */
  readonly config: (avcC: Uint8Array) => void;
  /** NAL units with 4-byte lengths. */
  readonly picture: (key: boolean, data: Uint8Array) => void;
}

/** Reads the H.264 of an FLV stream as it arrives (Adobe FLV specification 10.1, E.4). Other tags are skipped. */
export class FlvReader {
  readonly #sink: FlvVideoSink;
  #chunks: Buffer[] = [];
  #length = 0;
  #needed = FILE_HEADER_BYTES;
  #begun = false;

  constructor(sink: FlvVideoSink) {
    this.#sink = sink;
  }

  /** @throws Error when it is no FLV or not H.264. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return;
    // The pieces of one picture are put together once, not at every piece.
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#length);
    for (;;) {
      const used = this.#take(rest);
      if (used === 0) break;
      rest = rest.subarray(used);
    }
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#length = rest.length;
  }

  /** Bytes of one complete element at the begin of `data`; 0 when it is not complete, and then `#needed` says when. */
  #take(data: Buffer): number {
    if (!this.#begun) {
      this.#needed = FILE_HEADER_BYTES;
      if (data.length < FILE_HEADER_BYTES) return 0;
      if (data.toString('latin1', 0, 3) !== 'FLV') throw new Error('the encoder wrote no FLV');
      this.#begun = true;
      return FILE_HEADER_BYTES;
    }
    this.#needed = TAG_HEADER_BYTES;
    if (data.length < TAG_HEADER_BYTES) return 0;
    const size = data.readUIntBE(1, 3);
    const whole = TAG_HEADER_BYTES + size + TAG_TRAILER_BYTES;
    if (size > MAX_TAG_BYTES) throw new Error('the encoder wrote a picture that is too large');
    this.#needed = whole;
    if (data.length < whole) return 0;
    if (data.readUInt32BE(TAG_HEADER_BYTES + size) !== TAG_HEADER_BYTES + size) {
      throw new Error('the encoder wrote a damaged FLV');
    }
    if (data[0] === VIDEO_TAG) this.#video(data.subarray(TAG_HEADER_BYTES, TAG_HEADER_BYTES + size));
    return whole;
  }

  #video(body: Buffer): void {
    if (body.length < 5 || (body[0]! & 0x0f) !== AVC) throw new Error('the encoder wrote no H.264');
    const data = body.subarray(5);
    if (body[1] === 0 && data.length >= 7) this.#sink.config(data);
    else if (body[1] === 1 && data.length > 0) this.#sink.picture(body[0]! >> 4 === KEY_FRAME, data);
  }
}
