import {
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  MkvOutputFormat,
  Output,
  StreamTarget,
} from 'mediabunny';
import { PCM_CHANNELS, PCM_SAMPLE_RATE } from '../../shared/domain/media-packet.ts';
import { AAC_CONFIG, AAC_FRAME_SAMPLES } from './adts.ts';
import type { MediaUnit, VideoUnit } from './units.ts';

const AAC_FRAME_SECONDS = AAC_FRAME_SAMPLES / PCM_SAMPLE_RATE;

/**
 * Matroska of one connection, written as it grows. Its time 0 is its first picture; picture and sound share it.
 * Timestamps are whole milliseconds and strictly increasing per track, because RTMP knows nothing finer.
 */
export class MatroskaMux {
  readonly #output: Output;
  readonly #video = new EncodedVideoPacketSource('avc');
  readonly #audio = new EncodedAudioPacketSource('aac');
  readonly #startUs: number;
  readonly #start: VideoUnit;
  readonly #onError: (error: Error) => void;
  #lastVideoMs = -1;
  #lastAudioMs = -1;
  #tail: Promise<unknown>;

  /**
   * @param start the picture it begins with; {@link add} must get it first.
   * @param write takes the bytes in order.
   */
  constructor(start: VideoUnit, write: (bytes: Uint8Array) => void, onError: (error: Error) => void) {
    this.#start = start;
    this.#startUs = start.timeUs;
    this.#onError = onError;
    this.#output = new Output({
      format: new MkvOutputFormat({ appendOnly: true }),
      target: new StreamTarget(new WritableStream({ write: (chunk) => write(chunk.data) })),
    });
    this.#output.addVideoTrack(this.#video);
    this.#output.addAudioTrack(this.#audio);
    this.#tail = this.#output.start();
    this.#watch(this.#tail);
  }

  add(unit: MediaUnit): void {
    const ms = Math.round((unit.timeUs - this.#startUs) / 1000);
    if (unit.kind === 'video') this.#addVideo(unit, ms);
    else if (ms >= 0) this.#addAudio(unit.data, ms);
  }

  /** Writes what is still held back. */
  async finish(): Promise<void> {
    await this.#tail;
    await this.#output.finalize();
  }

  #addVideo(unit: VideoUnit, ms: number): void {
    this.#lastVideoMs = Math.max(ms, this.#lastVideoMs + 1);
    const packet = new EncodedPacket(unit.data, unit.start ? 'key' : 'delta', this.#lastVideoMs / 1000, 0);
    const { config } = this.#start;
    this.#enqueue(() =>
      this.#video.add(packet, {
        decoderConfig: {
          codec: config.codec,
          codedWidth: config.width,
          codedHeight: config.height,
          description: config.avcC,
        },
      }),
    );
  }

  #addAudio(data: Uint8Array, ms: number): void {
    this.#lastAudioMs = Math.max(ms, this.#lastAudioMs + 1);
    const packet = new EncodedPacket(data, 'key', this.#lastAudioMs / 1000, AAC_FRAME_SECONDS);
    this.#enqueue(() =>
      this.#audio.add(packet, {
        decoderConfig: {
          codec: 'mp4a.40.2',
          numberOfChannels: PCM_CHANNELS,
          sampleRate: PCM_SAMPLE_RATE,
          description: AAC_CONFIG,
        },
      }),
    );
  }

  #enqueue(work: () => Promise<void>): void {
    this.#tail = this.#tail.then(work);
    this.#watch(this.#tail);
  }

  #watch(promise: Promise<unknown>): void {
    promise.catch((error: unknown) =>
      this.#onError(error instanceof Error ? error : new Error(String(error))),
    );
  }
}
