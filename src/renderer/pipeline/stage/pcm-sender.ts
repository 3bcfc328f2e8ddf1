import { MEDIA_HEADER_BYTES, writePcmHeader } from '../../../shared/domain/media-packet.ts';
import type { MediaPort } from '../media-port.ts';
import type { PcmBlock } from './messages.ts';

/** Sends the microphone's blocks as packets. Allocates only for a block larger than any before. */
export class PcmSender {
  private readonly port: MediaPort;
  private source: MessagePort | null = null;
  private packet = new Uint8Array(MEDIA_HEADER_BYTES + 8192);
  private view = new DataView(this.packet.buffer);

  constructor(port: MediaPort) {
    this.port = port;
  }

  /**
   * Listens to a port of the AudioWorklet, which takes the place of the one before.
   * @param epochOf the epoch that sound belongs to now; 0: it is dropped, and the engine fills the gap with silence
   */
  listen(source: MessagePort, epochOf: () => number): void {
    this.source?.close();
    this.source = source;
    source.onmessage = (message: MessageEvent<PcmBlock>) => {
      const epoch = epochOf();
      if (epoch !== 0) this.send(message.data, epoch);
    };
  }

  close(): void {
    this.source?.close();
  }

  private send({ samples, timestampUs }: PcmBlock, epoch: number): void {
    const size = MEDIA_HEADER_BYTES + samples.byteLength;
    if (size > this.packet.byteLength) {
      this.packet = new Uint8Array(size);
      this.view = new DataView(this.packet.buffer);
    }
    writePcmHeader(this.view, epoch, timestampUs);
    this.packet.set(
      new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength),
      MEDIA_HEADER_BYTES,
    );
    this.port.send(this.packet.subarray(0, size));
  }
}
