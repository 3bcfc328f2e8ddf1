import { assertNever } from '../../../shared/assert-never.ts';
import { createAvatarPose } from '../../../shared/domain/avatar-pose.ts';
import { FULL_QUALITY } from '../../../shared/domain/governor.ts';
import type { Picture, StudioSnapshot } from '../../../shared/domain/studio.ts';
import { type Reason, toReasonError } from '../../../shared/errors.ts';
import type { AttachableMediaPort } from '../../bridge/media-message-port.ts';
import { openMediaPort } from '../../bridge/open-media-port.ts';
import { programmeNowMs } from '../clock.ts';
import { expressionPlaces } from '../expressions/expression-places.ts';
import { closedMediaPort } from '../media-port.ts';
import { CaptureReader } from './capture-reader.ts';
import { ProgrammeEncoder } from './encoder.ts';
import { loadAvatar } from './loader.ts';
import type { StageCommand, StageEvent, StageLevers } from './messages.ts';
import { PcmSender } from './pcm-sender.ts';
import { PoseOutput } from './pose-output.ts';
import { Programme } from './programme.ts';
import { Puppet } from './puppet.ts';
import { probeGraphics, type Quality } from './quality.ts';
import { RemotePose } from './remote-pose.ts';
import { SceneDirector } from './scene-director.ts';
import { StageCounters } from './stage-counters.ts';
import { StagePictures } from './stage-pictures.ts';
import { type Tick, TickClock } from './tick-clock.ts';

type Init = Extract<StageCommand, { type: 'init' }>;
type AvatarChoice = Omit<Extract<StageCommand, { type: 'setAvatar' }>, 'type'>;

const METRICS_MS = 1000;
const DT_MAX = 0.25;
/** An avatar that takes longer than this to load does not hold up the stream. */
const FIRST_AVATAR_MS = 3500;

/**
 * The avatar stage: at every tick newest landmarks → solver → rig → picture → preview and encoder.
 * Loading, encoding and pictures happen beside it; nothing that fails there stops the ticks.
 */
export class Stage {
  private readonly post: (event: StageEvent, transfer?: Transferable[]) => void;
  /** One of the two drives the avatar: the trackers of this page, or poses from elsewhere. */
  private readonly puppet: Puppet | null;
  private readonly remote: RemotePose | null;
  private readonly port: AttachableMediaPort;
  private readonly programme: Programme;
  private readonly director: SceneDirector;
  private readonly capture: CaptureReader;
  private readonly pictures: StagePictures;
  private readonly poses: PoseOutput;
  private readonly sound: PcmSender;
  private readonly encoder: ProgrammeEncoder;
  private readonly clock: TickClock;
  private readonly counters: StageCounters;
  private readonly preview: OffscreenCanvas | null;
  private readonly previewContext: OffscreenCanvasRenderingContext2D | null;
  private readonly pose = createAvatarPose();
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
  private slotNames: readonly string[] = [];
  private levers: StageLevers = FULL_QUALITY;
  private loading: { choice: AvatarChoice; abort: AbortController } | null = null;
  private wantedAvatar = '';
  /** Avatar whose first picture has not been drawn yet. */
  private unshown: string | null = null;
  private shownAvatar: string | null = null;
  private brokenTicks = 0;
  private readonly startedMs = programmeNowMs();
  /** There has been something to show; from then on every picture is sent. */
  private complete = false;

  /** @throws Error when there is no WebGL2. */
  constructor(init: Init, post: (event: StageEvent, transfer?: Transferable[]) => void) {
    this.post = post;
    this.picture = init.picture;
    this.freeRun = init.freeRun ?? false;
    const graphics = probeGraphics();
    this.rendererName = graphics.name;
    this.quality = init.quality && init.quality !== 'auto' ? init.quality : graphics.quality;
    this.puppet = init.channels ? new Puppet(init.channels, post) : null;
    this.remote = init.channels ? null : new RemotePose();
    this.port = init.media ? openMediaPort(init.media) : { ...closedMediaPort, attach: () => undefined };
    this.programme = new Programme(init.picture.width, init.picture.height, this.quality);
    this.capture = new CaptureReader(this.programme.capture);
    const complain = (reason: Reason, detail: string): void => this.report(reason, detail);
    this.director = new SceneDirector(
      this.programme,
      (pictures) => this.post({ type: 'scene', ...pictures }),
      complain,
    );
    this.pictures = new StagePictures(this.programme, post, complain);
    this.poses = new PoseOutput(post);
    this.sound = new PcmSender(this.port);
    this.encoder = new ProgrammeEncoder(this.port, init.picture.fps, complain);
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
        void this.setAvatar(command);
        return;
      case 'setScene':
        this.director.set(command.scene);
        return;
      case 'previewPlacement':
        this.programme.previewPlacement(command.placement);
        return;
      case 'setCapture':
        this.capture.set(command.frames);
        return;
      case 'hideCapture':
        this.capture.hide();
        return;
      case 'mediaPort':
        this.port.attach(command.port);
        return;
      case 'setPoseWanted':
        this.poses.wanted = command.on;
        return;
      case 'setPose':
        this.remote?.take(command.values, programmeNowMs());
        return;
      case 'makeThumbnail':
        this.pictures.takeThumbnail(command.avatarId);
        return;
      case 'setPicture':
        this.setPicture(command.picture);
        return;
      case 'setBroadcast':
        this.setBroadcast(command.broadcast);
        return;
      case 'setPanic':
        this.panic = command.on;
        if (this.puppet) this.puppet.hidden = command.on;
        this.pictures.panic = command.on;
        this.programme.setCard(command.on);
        return;
      case 'setMuted':
        this.muted = command.on;
        return;
      case 'setExpressions':
        this.puppet?.handle(command, programmeNowMs());
        this.slotNames = command.slots.map(({ name }) => name);
        this.nameExpressions();
        return;
      case 'setMirror':
      case 'setProfile':
      case 'setCameraSize':
      case 'setTracking':
      case 'setIdleMotion':
      case 'setInspecting':
      case 'calibrate':
      case 'cancelCalibration':
      case 'pressExpression':
      case 'playMotion':
      case 'recordMotion':
      case 'vmcPose':
        this.puppet?.handle(command, programmeNowMs());
        return;
      case 'setExpressionNames':
        this.slotNames = command.names;
        this.nameExpressions();
        return;
      case 'setLevers':
        this.levers = command.levers;
        this.programme.setRenderScale(command.levers['render-scale']);
        this.applyLevers();
        return;
      case 'audioPort':
        // Muted or in panic the block is dropped.
        this.sound.listen(command.port, () => (this.muted || this.panic ? 0 : this.epoch));
        return;
      case 'takePicture':
        this.pictures.takeSnapshot(command.id);
        return;
      case 'contactSheet':
        this.pictures.beginSheet(command);
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
    this.pictures.dispose();
    this.sound.close();
    this.encoder.close();
    this.port.close();
    this.capture.set(null);
    this.director.dispose();
    this.programme.dispose();
  }

  private tick(tick: Tick): void {
    const startMs = programmeNowMs();
    (this.puppet ?? this.remote)?.solve(tick.dueMs, this.pose);
    const solvedMs = programmeNowMs();
    if (!this.panic) this.poses.tick(this.pose, tick.dueMs);
    const dt = this.lastDueMs ? Math.min((tick.dueMs - this.lastDueMs) / 1000, DT_MAX) : 0;
    this.lastDueMs = tick.dueMs;
    if (this.encoder.saturated) {
      this.encoder.skip();
      this.counters.skip(tick.missed);
      if (startMs - this.metricsAtMs >= METRICS_MS) this.sendMetrics(startMs);
      return;
    }
    try {
      this.programme.draw(this.pose, dt);
      this.copyOut(tick);
      this.director.afterPicture();
      this.programme.setAway(this.puppet?.away ?? false);
      this.brokenTicks = 0;
    } catch (error) {
      // Said once per failure, not once per picture.
      if (this.brokenTicks++ === 0) this.report('internal.unexpected', toReasonError(error).message);
    }
    const endMs = programmeNowMs();
    this.counters.tick(startMs, endMs, tick.missed, this.epoch !== 0);
    this.puppet?.inspect(this.pose, tick.dueMs, solvedMs - startMs, endMs - solvedMs);
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
    if (this.encoder.active && this.worthSending()) {
      const us = Math.max(this.lastUs + 1, Math.round(tick.dueMs * 1000));
      this.lastUs = us;
      this.encoder.encode(canvas, us, this.shownAtMs);
      read = true;
    }
    // Without a reader the commands of a slow software renderer would pile up in its queue.
    if (!read) this.programme.finish(this.pixel);
  }

  /** A page that comes back while live leaves the card to viewers until there is an avatar to show. */
  private worthSending(): boolean {
    this.complete ||=
      this.programme.rig !== null ||
      this.panic ||
      this.counters.avatar.state === 'failed' ||
      programmeNowMs() - this.startedMs > FIRST_AVATAR_MS;
    return this.complete;
  }

  private afterPicture(): void {
    if (this.unshown && this.programme.rig) {
      this.post({ type: 'avatar', id: this.unshown, state: 'shown', reason: null });
      this.shownAvatar = this.unshown;
      this.unshown = null;
    }
    this.pictures.afterPicture(this.shownAtMs, this.pose, this.shownAvatar);
  }

  private async setAvatar(choice: AvatarChoice): Promise<void> {
    const key = `${choice.id} ${choice.url} ${JSON.stringify(choice.mapping)}`;
    if (key === this.wantedAvatar) return;
    this.wantedAvatar = key;
    this.loading?.abort.abort();
    const abort = new AbortController();
    const turn = { choice, abort };
    this.loading = turn;
    this.counters.avatar = { id: choice.id, state: 'loading', reason: null };
    this.post({ type: 'avatar', id: choice.id, state: 'loading', reason: null });
    try {
      const rig = await loadAvatar(choice.url, choice.family, this.quality, abort.signal, choice.mapping);
      if (this.loading === turn) await this.programme.prepare(rig);
      if (this.loading !== turn) {
        rig.dispose();
        return;
      }
      this.loading = null;
      this.programme.setAvatar(rig);
      this.nameExpressions();
      this.applyLevers();
      this.post({ type: 'naming', avatarId: choice.id, naming: rig.naming });
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

  private setPicture(picture: Picture): void {
    const { width, height } = this.picture;
    const before = this.picture;
    if (before.width === picture.width && before.height === picture.height && before.fps === picture.fps) {
      return;
    }
    this.picture = picture;
    if (width !== picture.width || height !== picture.height) {
      this.programme.setSize(picture.width, picture.height);
      this.sizePreview();
    }
    this.clock.setFps(picture.fps);
    this.encoder.setFps(picture.fps);
  }

  private setBroadcast(broadcast: StudioSnapshot['broadcast']): void {
    const epoch = broadcast?.epoch ?? 0;
    if (epoch !== 0 && epoch !== this.epoch) this.counters.goLive();
    this.epoch = epoch;
    this.encoder.setBroadcast(broadcast);
  }

  /** Camera time of what is shown; 0: no face drives it, or it is tracked elsewhere. */
  private get shownAtMs(): number {
    return this.puppet?.shownAtMs ?? 0;
  }

  private nameExpressions(): void {
    const { rig } = this.programme;
    const names = expressionPlaces(this.slotNames, rig?.expressionNames ?? []);
    rig?.setExpressionSlots(names);
    this.puppet?.setExpressionNames(names);
  }

  private applyLevers(): void {
    const { rig } = this.programme;
    if (!rig) return;
    rig.setSpringLevel(this.levers.springs);
    rig.setDetailLevel(this.levers['level-of-detail']);
  }

  private sizePreview(): void {
    if (!this.preview) return;
    this.preview.width = this.picture.width;
    this.preview.height = this.picture.height;
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
        tracking: { state: this.pose.state, presence: this.pose.presence },
        media: { open: this.port.open, queuedBytes: this.port.queuedBytes },
        capture: this.capture.metrics(nowMs),
        quality: this.quality,
        springs: this.programme.rig?.springs ?? 0,
        renderer: this.rendererName,
      },
    });
  }

  private report(reason: Reason, detail: string): void {
    this.post({ type: 'error', reason, detail });
  }
}
