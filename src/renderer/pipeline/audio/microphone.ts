import { PCM_SAMPLE_RATE } from '../../../shared/domain/media-packet.ts';
import { CaptureDevice } from '../camera/capture-device.ts';
import { DEVICE_OFF, type DeviceState, deviceReason } from '../camera/device-state.ts';
import { programmeNowMs } from '../clock.ts';
import type { PcmBlock } from '../stage/messages.ts';
import { AudioClock } from './audio-clock.ts';
import { BLOCK_FRAMES, type WorkletBlock, type WorkletMute } from './pcm-block.ts';
import workletUrl from './pcm-worklet.ts?worker&url';

/** Level of the last blocks, 0..1; polled at the screen's rate. Nothing while muted or off. */
export interface LevelMeter {
  peak: number;
  rms: number;
  /** A sample of the last half second was at full scale. */
  clipped: boolean;
}

/** What the peak keeps from one block of 20 ms to the next: about 26 dB a second. */
const PEAK_DECAY = 0.94;
const CLIP_LEVEL = 0.999;
const CLIP_HELD_MS = 500;

/**
 * The microphone: device → AudioWorklet → blocks of 20 ms with their time on the programme clock → stage worker.
 * A device that cannot be opened or goes away is a state with a reason, and is tried again by itself.
 */
export class Microphone {
  readonly meter: LevelMeter = { peak: 0, rms: 0, clipped: false };
  private readonly device: CaptureDevice;
  private current: DeviceState = DEVICE_OFF;
  private port: MessagePort | null = null;
  private muted = false;
  private graph: Graph | null = null;
  private clippedAtMs = Number.NEGATIVE_INFINITY;

  constructor() {
    const device = (id: string): MediaTrackConstraints =>
      id === 'default' ? {} : { deviceId: { exact: id } };
    this.device = new CaptureDevice({
      kind: 'microphone',
      constraints: (id) => ({
        video: false,
        audio: {
          ...device(id),
          // Nothing of the programme is played aloud, so there is no echo to take away.
          echoCancellation: false,
          noiseSuppression: true,
          autoGainControl: false,
        },
      }),
      fallback: (id) => ({ video: false, audio: id === 'default' ? true : device(id) }),
    });
    this.device.onChange((state, track) => this.deviceChanged(state, track));
  }

  get state(): DeviceState {
    return this.current;
  }

  /** @param choice a device id, `default`, or `none` to switch it off */
  choose(choice: string): void {
    this.device.choose(choice);
  }

  /** Muted, the blocks go on with silence in them: the clock of the sound is not interrupted. */
  setMuted(on: boolean): void {
    this.muted = on;
    this.graph?.mute(on);
  }

  /** Where blocks go; the port of the stage worker. */
  connect(port: MessagePort): void {
    this.port = port;
  }

  close(): void {
    this.graph?.close();
    this.graph = null;
    this.device.close();
    this.port?.close();
  }

  private deviceChanged(state: DeviceState, track: MediaStreamTrack | null): void {
    this.graph?.close();
    this.graph = null;
    this.quiet();
    this.current = state;
    if (!track) return;
    const graph = new Graph(track, this.muted, (block, atMs) => this.take(block, atMs));
    this.graph = graph;
    graph.start().catch((error: unknown) => {
      if (this.graph !== graph) return;
      graph.close();
      this.graph = null;
      this.current = { state: 'failed', reason: deviceReason('microphone', error), label: '' };
    });
  }

  private take(block: WorkletBlock, atMs: number): void {
    const nowMs = programmeNowMs();
    if (block.peak >= CLIP_LEVEL) this.clippedAtMs = nowMs;
    this.meter.peak = Math.max(block.peak, this.meter.peak * PEAK_DECAY);
    this.meter.rms = block.rms;
    this.meter.clipped = nowMs - this.clippedAtMs < CLIP_HELD_MS;
    if (!this.port) return;
    const message: PcmBlock = { timestampUs: Math.round(atMs * 1000), samples: block.samples };
    this.port.postMessage(message, [block.samples.buffer]);
  }

  private quiet(): void {
    this.meter.peak = 0;
    this.meter.rms = 0;
    this.meter.clipped = false;
    this.clippedAtMs = Number.NEGATIVE_INFINITY;
  }
}

/** One open device and the nodes behind it. */
class Graph {
  private readonly context = new AudioContext({ sampleRate: PCM_SAMPLE_RATE, latencyHint: 'interactive' });
  private readonly track: MediaStreamTrack;
  private readonly take: (block: WorkletBlock, atMs: number) => void;
  private readonly clock = new AudioClock();
  private muted: boolean;
  private node: AudioWorkletNode | null = null;
  private closed = false;

  constructor(track: MediaStreamTrack, muted: boolean, take: (block: WorkletBlock, atMs: number) => void) {
    this.track = track;
    this.muted = muted;
    this.take = take;
  }

  /** @throws DOMException when the worklet cannot be loaded or the context is refused */
  async start(): Promise<void> {
    await this.context.audioWorklet.addModule(workletUrl);
    if (this.closed) return;
    const node = new AudioWorkletNode(this.context, 'pcm', { numberOfInputs: 1, numberOfOutputs: 1 });
    this.node = node;
    // Chromium tells the input's latency in seconds; TypeScript's library does not know the field.
    const { latency } = this.track.getSettings() as MediaTrackSettings & { latency?: number };
    const latencyMs = (latency ?? 0) * 1000;
    node.port.onmessage = ({ data }: MessageEvent<WorkletBlock>) => {
      if (this.closed) return;
      this.take(data, this.clock.map(data.frame, BLOCK_FRAMES, programmeNowMs()) - latencyMs);
    };
    this.mute(this.muted);
    this.context.createMediaStreamSource(new MediaStream([this.track])).connect(node);
    // Its output is silence; without a way to the destination a node is not run.
    node.connect(this.context.destination);
    await this.context.resume();
  }

  mute(on: boolean): void {
    this.muted = on;
    this.node?.port.postMessage({ muted: on } satisfies WorkletMute);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.node?.port.close();
    // A context that is closed twice or never ran refuses; it is gone either way.
    this.context.close().catch(() => undefined);
  }
}
