import { assertNever } from '../../../shared/assert-never.ts';
import { MEDIA_HEADER_BYTES, writePcmHeader } from '../../../shared/domain/media-packet.ts';
import { createSolvedFace } from '../../../shared/domain/solved-face.ts';
import type { Picture } from '../../../shared/domain/studio.ts';
import { type Reason, toReasonError } from '../../../shared/errors.ts';
import { openMediaSocket } from '../../bridge/media-socket.ts';
import { programmeNowMs } from '../clock.ts';
import { closedMediaPort, type MediaPort } from '../media-port.ts';
import type { FaceSolver } from '../solver/face-solver.ts';
import { createFaceObservation, TrackingChannel } from '../tracking-channel.ts';
import { loadBackground } from './background.ts';
import { ContactSheet } from './contact-sheet.ts';
import { ProgrammeEncoder } from './encoder.ts';
import { loadAvatar } from './loader.ts';
import type {
  AvatarFamily,
  CameraCell,
  PcmBlock,
  StageBackground,
  StageCommand,
  StageEvent,
} from './messages.ts';
import { Programme } from './programme.ts';
import { probeGraphics, type Quality } from './quality.ts';
import { StageCounters } from './stage-counters.ts';
import { type Tick, TickClock } from './tick-clock.ts';

type Init = Extract<StageCommand, { type: 'init' }>;
type AvatarChoice = { id: string; url: string; family: AvatarFamily };

const METRICS_MS = 1000;
const DT_MAX = 0.25;

/**
 * The avatar stage: at every tick newest landmarks → solver → rig → picture → preview and encoder.
 * Loading, encoding and pictures happen beside it; nothing that fails there stops the ticks.
 */
export class Stage {
  private readonly post: (event: StageEvent, transfer?: Transferable[]) => void;
  private readonly solver: FaceSolver;
  private readonly channel: TrackingChannel;
  private readonly port: MediaPort;
  private readonly programme: Programme;
  private readonly encoder: ProgrammeEncoder;
  private readonly clock: TickClock;
  private readonly counters: StageCounters;
  private readonly preview: OffscreenCanvas | null;
  private readonly previewContext: OffscreenCanvasRenderingContext2D | null;
  private readonly observation = createFaceObservation();
  private readonly face = createSolvedFace();
  private readonly pixel = new Uint8Array(4);
  private readonly quality: Quality;
  private readonly rendererName: string;
  private readonly freeRun: boolean;
  private picture: Picture;
  private epoch = 0;
  private panic = false;
  private muted = false;
  private lastDueMs = 0;
  private lastUs = 0;
  private metricsAtMs = 0;
  private loading: { choice: AvatarChoice; abort: AbortController } | null = null;
  private wantedAvatar = '';
  /** Avatar whose first picture has not been drawn yet. */
  private unshown: string | null = null;
  private backgroundTurn = 0;
  private readonly snapshots: number[] = [];
  private sheet: { id: number; sheet: ContactSheet; port: MessagePort } | null = null;
  private audioPort: MessagePort | null = null;
  private pcm = new Uint8Array(MEDIA_HEADER_BYTES + 8192);
  private pcmView = new DataView(this.pcm.buffer);
  private brokenTicks = 0;

  /** @throws Error when there is no WebGL2. */
  constructor(init: Init, solver: FaceSolver, post: (event: StageEvent, transfer?: Transferable[]) => void) {
    this.post = post;
    this.solver = solver;
    this.picture = init.picture;
    this.freeRun = init.freeRun ?? false;
    const graphics = probeGraphics();
    this.rendererName = graphics.name;
    this.quality = init.quality && init.quality !== 'auto' ? init.quality : graphics.quality;
    this.channel = new TrackingChannel(init.channel);
    this.port = init.media ? openMediaSocket(init.media) : closedMediaPort;
    this.programme = new Programme(init.picture.width, init.picture.height, this.quality);
    this.encoder = new ProgrammeEncoder(this.port, init.picture, (reason, detail) =>
      this.report(reason, detail),
    );
    this.preview = init.preview;
    this.previewContext = init.preview?.getContext('2d', { alpha: true }) ?? null;
    this.sizePreview();
    this.counters = new StageCounters();
    this.clock = new TickClock(init.picture.fps, (tick) => this.tick(tick), undefined, this.freeRun);
    this.clock.start();
  }

  /** Obeys one command; failures come back as events. */
  handle(command: Exclude<StageCommand, { type: 'init' }>): void {
    switch (command.type) {
      case 'setAvatar':
        void this.setAvatar({ id: command.id, url: command.url, family: command.family });
        return;
      case 'setBackground':
        void this.setBackground(command.background);
        return;
      case 'setPicture':
        this.setPicture(command.picture);
        return;
      case 'setMirror':
        this.solver.setMirror(command.on);
        return;
      case 'setBroadcast':
        this.epoch = command.broadcast?.epoch ?? 0;
        if (command.broadcast) this.counters.goLive();
        this.encoder.setBroadcast(command.broadcast);
        return;
      case 'setPanic':
        this.panic = command.on;
        this.programme.setCard(command.on);
        return;
      case 'setMuted':
        this.muted = command.on;
        return;
      case 'calibrate':
        this.solver.calibrate();
        return;
      case 'audioPort':
        this.audioPort?.close();
        this.audioPort = command.port;
        command.port.onmessage = (message: MessageEvent<PcmBlock>) => this.sendPcm(message.data);
        return;
      case 'takePicture':
        this.snapshots.push(command.id);
        return;
      case 'contactSheet':
        this.beginSheet(command);
        return;
      case 'close':
        this.close();
        return;
      default:
        assertNever(command);
    }
  }

  close(): void {
    this.clock.stop();
    this.loading?.abort.abort();
    this.endSheet();
    this.audioPort?.close();
    this.encoder.close();
    this.port.close();
    this.programme.dispose();
  }

  private tick(tick: Tick): void {
    const startMs = programmeNowMs();
    while (this.channel.read(this.observation)) this.solver.observe(this.observation);
    this.solver.solve(tick.dueMs, this.face);
    const dt = this.lastDueMs ? Math.min((tick.dueMs - this.lastDueMs) / 1000, DT_MAX) : 0;
    this.lastDueMs = tick.dueMs;
    if (this.encoder.saturated) {
      this.encoder.skip();
      this.counters.skip(tick.missed);
      if (startMs - this.metricsAtMs >= METRICS_MS) this.sendMetrics(startMs);
      return;
    }
    try {
      this.programme.draw(this.face, dt);
      this.copyOut(tick);
      this.brokenTicks = 0;
    } catch (error) {
      // Said once per failure, not once per picture.
      if (this.brokenTicks++ === 0) this.report('internal.unexpected', toReasonError(error).message);
    }
    this.counters.tick(startMs, programmeNowMs(), tick.missed, this.epoch !== 0);
    this.afterPicture();
    if (startMs - this.metricsAtMs >= METRICS_MS) this.sendMetrics(startMs);
  }

  /** Preview and encoder both read the canvas in the tick that drew it; where neither does, one pixel is read. */
  private copyOut(tick: Tick): void {
    const { canvas } = this.programme;
    let read = false;
    if (this.previewContext && this.preview) {
      if (this.programme.transparent) {
        this.previewContext.clearRect(0, 0, this.preview.width, this.preview.height);
      }
      this.previewContext.drawImage(canvas, 0, 0);
      read = true;
    }
    if (this.encoder.active) {
      const us = Math.max(this.lastUs + 1, Math.round(tick.dueMs * 1000));
      this.lastUs = us;
      this.encoder.encode(canvas, us, this.solver.shownAtMs);
      read = true;
    }
    // Without a reader the commands of a slow software renderer would pile up in its queue.
    if (!read) this.programme.finish(this.pixel);
  }

  private afterPicture(): void {
    if (this.unshown && this.programme.rig) {
      this.post({ type: 'avatar', id: this.unshown, state: 'shown', reason: null });
      this.unshown = null;
    }
    if (this.sheet && this.solver.shownAtMs > 0) {
      this.sheet.sheet.addAvatar(this.programme.canvas, this.solver.shownAtMs, this.face);
      this.finishSheet();
    }
    while (this.snapshots.length > 0) {
      void this.sendPng(
        this.snapshots.shift()!,
        'snapshot',
        this.programme.canvas.convertToBlob({ type: 'image/png' }),
      );
    }
  }

  private beginSheet(command: Extract<StageCommand, { type: 'contactSheet' }>): void {
    this.endSheet();
    const { id, rows, everyMs, port } = command;
    const sheet = new ContactSheet(rows, everyMs, this.picture.width, this.picture.height);
    this.sheet = { id, sheet, port };
    port.onmessage = (message: MessageEvent<CameraCell>) => {
      // Panic hides the camera from the sheet, too.
      if (this.panic) message.data.bitmap?.close();
      else sheet.addCamera(message.data);
      this.finishSheet();
    };
  }

  private finishSheet(): void {
    if (!this.sheet?.sheet.complete) return;
    const { id, sheet } = this.sheet;
    void this.sendPng(id, 'contact-sheet', sheet.toPng());
    this.endSheet();
  }

  private endSheet(): void {
    this.sheet?.port.close();
    this.sheet?.sheet.dispose();
    this.sheet = null;
  }

  private async sendPng(id: number, kind: 'snapshot' | 'contact-sheet', blob: Promise<Blob>): Promise<void> {
    try {
      const png = await (await blob).arrayBuffer();
      this.post({ type: 'picture', id, kind, png }, [png]);
    } catch (error) {
      this.report('internal.unexpected', `picture: ${toReasonError(error).message}`);
    }
  }

  private async setAvatar(choice: AvatarChoice): Promise<void> {
    const key = `${choice.id} ${choice.url}`;
    if (key === this.wantedAvatar) return;
    this.wantedAvatar = key;
    this.loading?.abort.abort();
    const abort = new AbortController();
    const turn = { choice, abort };
    this.loading = turn;
    this.counters.avatar = { id: choice.id, state: 'loading', reason: null };
    this.post({ type: 'avatar', id: choice.id, state: 'loading', reason: null });
    try {
      const rig = await loadAvatar(choice.url, choice.family, this.quality, abort.signal);
      if (this.loading === turn) await this.programme.prepare(rig);
      if (this.loading !== turn) {
        rig.dispose();
        return;
      }
      this.loading = null;
      this.programme.setAvatar(rig);
      this.unshown = choice.id;
      this.counters.avatar = { id: choice.id, state: 'shown', reason: null };
    } catch (error) {
      if (this.loading !== turn) return;
      this.loading = null;
      // The avatar before stays on the picture; asking for the same one again tries again.
      this.wantedAvatar = '';
      const { reason, message } = toReasonError(error);
      this.counters.avatar = { id: choice.id, state: 'failed', reason };
      this.post({ type: 'avatar', id: choice.id, state: 'failed', reason });
      this.report(reason, message);
    }
  }

  private async setBackground(background: StageBackground): Promise<void> {
    const turn = ++this.backgroundTurn;
    if (background.kind !== 'image') {
      this.programme.setBackdrop(background);
      return;
    }
    try {
      const bitmap = await loadBackground(background.url);
      if (turn === this.backgroundTurn) this.programme.setBackdrop({ kind: 'image', bitmap });
      else bitmap.close();
    } catch (error) {
      const { reason, message } = toReasonError(error);
      this.report(reason, message);
    }
  }

  private setPicture(picture: Picture): void {
    const { width, height } = this.picture;
    const before = this.picture;
    if (
      before.width === picture.width &&
      before.height === picture.height &&
      before.fps === picture.fps &&
      before.bitrateKbps === picture.bitrateKbps
    ) {
      return;
    }
    this.picture = picture;
    if (width !== picture.width || height !== picture.height) {
      this.programme.setSize(picture.width, picture.height);
      this.sizePreview();
    }
    this.clock.setFps(picture.fps);
    this.encoder.setPicture(picture);
  }

  private sizePreview(): void {
    if (!this.preview) return;
    this.preview.width = this.picture.width;
    this.preview.height = this.picture.height;
  }

  /** Muted or in panic the block is dropped: the engine fills the gap with silence by its own clock. */
  private sendPcm(block: PcmBlock): void {
    if (this.epoch === 0 || this.muted || this.panic) return;
    const { samples } = block;
    const size = MEDIA_HEADER_BYTES + samples.byteLength;
    if (size > this.pcm.byteLength) {
      this.pcm = new Uint8Array(size);
      this.pcmView = new DataView(this.pcm.buffer);
    }
    writePcmHeader(this.pcmView, this.epoch, block.timestampUs);
    this.pcm.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), MEDIA_HEADER_BYTES);
    this.port.send(this.pcm.subarray(0, size));
  }

  private sendMetrics(nowMs: number): void {
    this.metricsAtMs = nowMs;
    const { encode, latency } = this.encoder.metrics();
    this.post({
      type: 'metrics',
      metrics: {
        render: this.counters.render(nowMs),
        encode,
        live: this.counters.live(),
        latency,
        avatar: this.counters.avatar,
        tracking: { state: this.face.state, presence: this.face.presence },
        media: { open: this.port.open, queuedBytes: this.port.queuedBytes },
        quality: this.quality,
        renderer: this.rendererName,
      },
    });
  }

  private report(reason: Reason, detail: string): void {
    this.post({ type: 'error', reason, detail });
  }
}
