/**
 * Cuts a byte stream into pictures of `size` bytes. Each call gives the same buffer filled anew.
 * @returns null at the end of the stream
 */
export class FrameReader {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly frame: Uint8ClampedArray<ArrayBuffer>;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(stream: ReadableStream<Uint8Array>, size: number) {
    this.reader = stream.getReader();
    this.frame = new Uint8ClampedArray(size);
  }

  /** @throws Error when the stream ends inside a picture */
  async next(): Promise<Uint8ClampedArray<ArrayBuffer> | null> {
    let filled = 0;
    while (filled < this.frame.length) {
      if (this.rest.length === 0) {
        const { value, done } = await this.reader.read();
        if (done) {
          if (filled === 0) return null;
          throw new Error('the pictures end inside one');
        }
        this.rest = value;
        continue;
      }
      const take = Math.min(this.rest.length, this.frame.length - filled);
      this.frame.set(this.rest.subarray(0, take), filled);
      this.rest = this.rest.subarray(take);
      filled += take;
    }
    return this.frame;
  }
}
