import { RenditionEncoder } from '../../src/renderer/pipeline/stage/rendition-encoder.ts';
import { readMediaPacket } from '../../src/shared/domain/media-packet.ts';

/** How the first encoder fails after some pictures; `always`: every one, at once. */
export type EncoderFault = 'error' | 'throw' | 'hang' | 'always';

const FAILS_AFTER = 12;
const FPS = 30;
/** Pictures of the encoder in its place that are enough to see it work. */
const ENOUGH = 4;
const PATIENCE_MS = 15_000;

/**
 * Runs a rendition's encoder whose VideoEncoder fails, until another has taken its place or it is given up. The
 * browser's own encoder does the work.
 */
async function run(fault: EncoderFault) {
  const configs: string[] = [];
  const errors: string[] = [];
  const packets: { key: boolean; card: boolean; timestampUs: number; encoder: number }[] = [];
  const Real = globalThis.VideoEncoder;
  let made = 0;
  globalThis.VideoEncoder = class extends Real {
    private readonly broken = made++ === 0 || fault === 'always';
    private readonly fail: (error: DOMException) => void;
    private taken = 0;

    constructor(init: VideoEncoderInit) {
      super(init);
      this.fail = init.error;
    }

    override configure(config: VideoEncoderConfig): void {
      configs.push(config.hardwareAcceleration ?? '');
      super.configure(config);
    }

    override encode(frame: VideoFrame, options?: VideoEncoderEncodeOptions): void {
      const due = this.broken && (fault === 'always' || ++this.taken > FAILS_AFTER);
      if (due && fault === 'hang') return;
      if (due && fault === 'throw') throw new DOMException('pulled', 'OperationError');
      if (due) this.fail(new DOMException('pulled', 'EncodingError'));
      else super.encode(frame, options);
    }
  };
  try {
    const encoder = new RenditionEncoder(
      'main',
      {
        send: (bytes) => {
          const packet = readMediaPacket(bytes);
          if (packet.kind !== 'video') throw new Error(packet.kind);
          // The one before is closed by then, and gives nothing any more.
          const { key, card, timestampUs } = packet;
          packets.push({ key, card, timestampUs, encoder: made - 1 });
        },
        full: false,
      },
      (reason) => errors.push(reason),
    );
    encoder.reset(1);
    encoder.start({ name: 'main', width: 320, height: 180, bitrateKbps: 800 }, FPS, 1);
    const canvas = new OffscreenCanvas(320, 180);
    const context = canvas.getContext('2d')!;
    const beginMs = performance.now();
    const replaced = () => packets.filter((packet) => packet.encoder > 0 && !packet.card).length >= ENOUGH;
    const decided = () => (fault === 'always' ? encoder.reason === 'encoder.unsupported' : replaced());
    for (let i = 0; !decided() && performance.now() - beginMs < PATIENCE_MS; i++) {
      context.fillStyle = `hsl(${i * 7}, 60%, 50%)`;
      context.fillRect(i % 300, 0, 40, 180);
      if (encoder.ready()) {
        const timestamp = Math.round((performance.timeOrigin + performance.now()) * 1000);
        const frame = new VideoFrame(canvas, { timestamp });
        encoder.encode(frame, timestamp, 0);
        frame.close();
      }
      await new Promise((done) => setTimeout(done, 1000 / FPS));
    }
    const { reason } = encoder;
    encoder.stop();
    while (encoder.draining) await new Promise((done) => setTimeout(done, 20));
    return { packets, configs, errors, reason, frames: encoder.counts.frames };
  } finally {
    globalThis.VideoEncoder = Real;
  }
}

export const encoders = { run };
