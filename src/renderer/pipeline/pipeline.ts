import { assertNever } from '../../shared/assert-never.ts';
import type { PipelineReport } from '../../shared/domain/report.ts';
import type { RigNaming } from '../../shared/domain/rig-naming.ts';
import type { Placement } from '../../shared/domain/scene.ts';
import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import type { Reason } from '../../shared/errors.ts';
import { appPageError } from '../../shared/ipc/app.ts';
import { pictureWanted, studioSnapshot } from '../../shared/ipc/studio.ts';
import { vmcPose } from '../../shared/ipc/vmc.ts';
import type { StudioClient } from '../bridge/client.ts';
import { hostMediaAddress, onMediaPort } from '../bridge/host.ts';
import { type LevelMeter, Microphone } from './audio/microphone.ts';
import { Calibrations } from './calibrations.ts';
import { listDevices } from './camera/capture-device.ts';
import { CaptureSource } from './capture/capture-source.ts';
import { FirstPicture } from './first-picture.ts';
import { LoadWatch } from './governor/load-watch.ts';
import { type CalibrationEvent, type Inspection, SolvedChannel } from './inspection.ts';
import { MotionDesk, type MotionDeskState, type UnkeptMotions } from './motion-desk.ts';
import { PagePictures } from './page-pictures.ts';
import { HandsChannel, PoseChannel } from './part-channels.ts';
import { PersonTracking } from './person-tracking.ts';
import type { PipelineHandle, PipelineOptions } from './pipeline-handle.ts';
import { buildPipelineReport } from './pipeline-report.ts';
import { PoseFeed } from './pose-feed.ts';
import { ProgrammeCut } from './programme-cut.ts';
import { ReportFeed } from './report-feed.ts';
import type { StageEvent, StageMetrics } from './stage/messages.ts';
import { StageClient } from './stage-client.ts';
import { StateLog } from './state-log.ts';
import { TrackingChannel } from './tracking-channel.ts';
import { planTracking } from './tracking-plan.ts';

const REPORT_EVERY_MS = 1000;

/** Makes camera, tracker, microphone and stage agree with main's newest `studio.snapshot`, and reports once a second. */
export function createPipeline(client: StudioClient, options: PipelineOptions): PipelineHandle {
  return new Pipeline(client, options);
}

class Pipeline implements PipelineHandle {
  private readonly client: StudioClient;
  private readonly options: PipelineOptions;
  private readonly channels = {
    face: new TrackingChannel(),
    pose: new PoseChannel(),
    hands: new HandsChannel(),
    solved: new SolvedChannel(),
  };
  private readonly person: PersonTracking;
  private readonly load = new LoadWatch();
  private readonly states = new StateLog();
  private readonly first = new FirstPicture(() => {
    if (this.snapshot) this.applyDevices(this.snapshot);
  });
  private readonly calibrations: Calibrations;
  private readonly desk: MotionDesk;
  private readonly microphone: Microphone;
  private readonly namingListeners = new Set<(avatarId: string, naming: RigNaming) => void>();
  private readonly reports: ReportFeed;
  private readonly undo: (() => void)[] = [];
  private stage: StageClient | null = null;
  private snapshot: StudioSnapshot | null = null;
  private pictures: { background: Reason | null; overlay: Reason | null } = {
    background: null,
    overlay: null,
  };
  private readonly cut: ProgrammeCut;
  private readonly made: PagePictures;
  private readonly poses: PoseFeed;
  private readonly capture = new CaptureSource(
    {
      setFrames: (frames) => this.stage?.setCapture(frames),
      hide: () => this.stage?.hideCapture(),
      setSound: (track) => this.microphone.setSystemAudio(track),
    },
    () => this.report(),
  );
  private captureKey = '';

  constructor(client: StudioClient, options: PipelineOptions) {
    this.client = client;
    this.options = options;
    this.poses = new PoseFeed(client);
    const tell = (message: string) => this.tell(message);
    this.person = new PersonTracking(this.channels, () => this.cameraChanged(), tell);
    this.calibrations = new Calibrations(client, tell);
    this.desk = new MotionDesk(client, tell);
    this.made = new PagePictures(client, tell);
    this.reports = new ReportFeed(client, tell);
    this.cut = new ProgrammeCut(client, (error) => tell(`cut: ${String(error)}`));
    this.microphone = new Microphone(this.calibrations.voice);
    this.undo.push(
      client.on(studioSnapshot, (snapshot) => this.apply(snapshot)),
      client.connection.subscribe(() => this.cut.repeat()),
      client.on(vmcPose, (pose) => this.stage?.takeVmc(pose)),
      client.on(pictureWanted, ({ id, kind }) => {
        if (kind === 'snapshot') this.stage?.takePicture(id);
        else this.takeContactSheet(id);
      }),
    );
    const timer = window.setInterval(() => this.report(), REPORT_EVERY_MS);
    this.undo.push(() => window.clearInterval(timer));
  }

  get meter(): LevelMeter {
    return this.microphone.meter;
  }

  cameras() {
    return listed('camera');
  }

  microphones() {
    return listed('microphone');
  }

  onStatus(listener: (report: PipelineReport) => void): () => void {
    return this.reports.onReport(listener);
  }

  get inspection(): Inspection {
    return {
      camera: this.person.cameraTrack,
      face: this.channels.face.buffer,
      pose: this.channels.pose.buffer,
      hands: this.channels.hands.buffer,
      solved: this.channels.solved.buffer,
    };
  }

  setInspecting(on: boolean): void {
    this.stage?.setInspecting(on);
  }

  calibrate(): void {
    this.calibrations.began();
    this.stage?.calibrate('neutral');
  }

  beginFit(): void {
    this.calibrations.began();
    this.stage?.calibrate('fit');
  }

  beginVoiceCalibration(): void {
    this.calibrations.voice.calibrate();
    this.microphone.applyVoice();
  }

  cancelCalibration(): void {
    this.stage?.cancelCalibration();
    this.calibrations.voice.cancelCalibration();
    this.microphone.applyVoice();
  }

  onCalibration(listener: (event: CalibrationEvent) => void): () => void {
    return this.calibrations.onCalibration(listener);
  }

  pressExpression(id: string, down: boolean): void {
    this.stage?.pressExpression(id, down);
  }

  get motion(): MotionDeskState {
    return this.desk.state;
  }

  onMotion(listener: (state: MotionDeskState) => void): () => void {
    return this.desk.onState(listener);
  }

  recordMotion(on: boolean): void {
    if (this.stage) this.desk.record(on, this.stage);
  }

  get unkeptMotions(): UnkeptMotions {
    return this.desk;
  }

  async playMotion(url: string | null, loop: boolean): Promise<void> {
    if (this.stage) await this.desk.play(url, loop, this.stage);
  }

  onNaming(listener: (avatarId: string, naming: RigNaming) => void): () => void {
    this.namingListeners.add(listener);
    return () => this.namingListeners.delete(listener);
  }

  retryCamera(): void {
    this.person.retryCamera();
  }

  async chooseCapture(): Promise<void> {
    if (!this.snapshot) return;
    const { picture, secondSource } = this.snapshot.settings;
    await this.capture.choose(picture, secondSource.source === 'system');
  }

  stopCapture(): void {
    this.capture.stop();
  }

  previewPlacement(placement: Placement | null): void {
    this.stage?.previewPlacement(placement);
  }

  setPanic(on: boolean): void {
    this.cut.setPanic(on);
    this.cut.apply(this.stage, this.microphone);
  }

  setMuted(on: boolean): void {
    this.cut.setMuted(on);
    this.cut.apply(this.stage, this.microphone);
  }

  setTalking(on: boolean): void {
    this.microphone.setTalking(on);
  }

  close(): void {
    for (const each of this.undo) each();
    this.first.close();
    this.capture.stop();
    this.person.close();
    this.microphone.close();
    this.stage?.close();
  }

  private apply(snapshot: StudioSnapshot): void {
    this.snapshot = snapshot;
    this.cut.follow(snapshot);
    this.stage ??= this.startStage(snapshot);
    this.stage.apply(snapshot);
    this.applyProfile();
    if (this.first.isOver) this.applyDevices(snapshot);
    this.cut.apply(this.stage, this.microphone);
    this.applyCapture(snapshot);
    this.made.wantPortrait(snapshot, this.stage);
    this.desk.follow(snapshot.tracking, this.stage);
  }

  /** Calibration and tuning belong to the camera in use. */
  private applyProfile(): void {
    if (!this.snapshot || !this.stage) return;
    const camera = this.person.cameraState;
    const label = camera?.state === 'running' ? camera.label : '';
    this.calibrations.apply(this.snapshot.settings, label, this.stage);
    this.microphone.applyVoice();
  }

  private cameraChanged(): void {
    const { width, height } = this.person.cameraTrack?.getSettings() ?? {};
    if (width && height) this.stage?.setCameraSize(width, height);
    this.applyProfile();
    this.report();
  }

  get cutHere() {
    return this.cut.here;
  }

  private applyCapture({ settings: { picture } }: StudioSnapshot): void {
    const key = `${picture.width}x${picture.height}@${picture.fps}`;
    if (key === this.captureKey) return;
    this.captureKey = key;
    this.capture.setPicture(picture);
  }

  private startStage(snapshot: StudioSnapshot): StageClient {
    const stage = new StageClient({
      worker: this.options.stageWorker,
      snapshot,
      channels: {
        face: this.channels.face.buffer,
        pose: this.channels.pose.buffer,
        hands: this.channels.hands.buffer,
        voice: this.calibrations.voice.channel.buffer,
        solved: this.channels.solved.buffer,
      },
      media: hostMediaAddress(),
      preview: this.options.previewCanvas?.transferControlToOffscreen() ?? null,
    });
    stage.onEvent((event) => this.heard(event));
    this.undo.push(onMediaPort((port) => stage.attachMediaPort(port)));
    this.microphone.connect(stage.audioPort);
    return stage;
  }

  private heard(event: StageEvent): void {
    switch (event.type) {
      case 'metrics':
        this.states.note(event.metrics.tracking.state, performance.now());
        this.govern(event.metrics);
        this.report();
        return;
      case 'avatar':
        this.first.avatar(event.state);
        return;
      case 'scene':
        this.pictures = event;
        return;
      case 'pose':
        this.poses.send(event.values);
        return;
      case 'calibration':
        this.calibrations.announce(event.event);
        return;
      case 'calibrated':
        this.calibrations.keepNeutral(event.neutral);
        return;
      case 'fitted':
        this.calibrations.keepRanges(event.ranges);
        return;
      case 'naming':
        for (const listener of this.namingListeners) listener(event.avatarId, event.naming);
        return;
      case 'motion':
        void this.desk.keep(event.file);
        return;
      case 'motionEnded':
        if (this.stage) this.desk.ended(this.stage);
        return;
      case 'picture':
        this.made.upload(event.id, event.png);
        return;
      case 'thumbnail':
        this.made.uploadPortrait(event.avatarId, event.png);
        return;
      case 'error':
        this.tell(`stage: ${event.reason} ${event.detail}`);
        return;
      default:
        assertNever(event);
    }
  }

  firstPicture(latestMs: number): Promise<void> {
    return this.first.wait(latestMs);
  }

  private applyDevices(snapshot: StudioSnapshot): void {
    this.person.apply(snapshot);
    const { microphone, audio, secondSource } = snapshot.settings;
    this.microphone.setChain(audio);
    this.microphone.setSecondSource(secondSource, snapshot.secondSourceUrl);
    this.microphone.choose(microphone);
  }

  private takeContactSheet(id: number): void {
    const wanted = this.snapshot?.contactSheet;
    const { tracker } = this.person;
    if (wanted && tracker && this.stage) this.made.takeContactSheet(id, wanted, tracker, this.stage);
  }

  /** Gives up and takes back what the machine cannot and can do beside the programme. */
  private govern(metrics: StageMetrics): void {
    if (!this.snapshot || !this.stage) return;
    const { levers } = this.load;
    const plan = planTracking(this.snapshot, levers);
    if (!this.load.look(this.snapshot, metrics, plan, performance.now())) return;
    this.person.setLevers(this.load.levers);
    this.stage.setLevers(this.load.levers);
  }

  private report(): void {
    const camera = this.person.cameraState;
    if (!this.stage || !this.snapshot || !camera || this.client.connection.state !== 'open') return;
    this.reports.send(
      buildPipelineReport({
        snapshot: this.snapshot,
        stage: this.stage.metrics,
        avatar: this.stage.avatar,
        person: this.person.state,
        camera,
        microphone: this.microphone.state,
        sound: this.microphone.secondState,
        previewMs: this.first.shownAtMs,
        capture: this.capture.state,
        pictures: this.pictures,
        states: this.states.entries,
        governor: this.load.report,
      }),
    );
  }

  private tell(message: string): void {
    this.client.call(appPageError, { message: message.slice(0, 4000) }).catch(() => {
      // Main is gone, and with it the log; the connection overlay tells the user.
    });
  }
}

async function listed(kind: 'camera' | 'microphone') {
  return (await listDevices(kind)).map(({ id, label }) => ({ deviceId: id, label }));
}
