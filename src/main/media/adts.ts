/** AudioSpecificConfig of AAC-LC, 48 kHz, stereo (ISO 14496-3, 1.6.2.1). */
export const AAC_CONFIG = new Uint8Array([0x11, 0x90]);
export const AAC_FRAME_SAMPLES = 1024;

/**
 * Cuts a byte stream into ADTS frames (ISO 13818-7, 6.2) and strips their headers.
 * Bytes that are no frame are skipped up to the next sync word.
 */
export class AdtsParser {
  #rest: Uint8Array = new Uint8Array(0);

  /** Raw AAC frames that `chunk` completes; each is a copy of its own. */
  push(chunk: Uint8Array): Uint8Array[] {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Uint8Array[] = [];
    let at = 0;
    while (data.length - at >= 7) {
      if (data[at] !== 0xff || (data[at + 1]! & 0xf6) !== 0xf0) {
        at++;
        continue;
      }
      const header = (data[at + 1]! & 1) === 1 ? 7 : 9;
      const length = ((data[at + 3]! & 3) << 11) | (data[at + 4]! << 3) | (data[at + 5]! >> 5);
      if (length <= header) {
        at++;
        continue;
      }
      if (data.length - at < length) break;
      frames.push(Uint8Array.prototype.slice.call(data, at + header, at + length));
      at += length;
    }
    this.#rest = Uint8Array.prototype.slice.call(data, at);
    return frames;
  }
}
