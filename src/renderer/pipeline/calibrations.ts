import type { StudioSettings } from '../../shared/domain/studio.ts';
import {
  ANY_CAMERA,
  type Neutral,
  profileOf,
  type Ranges,
  type TrackingProfile,
  type VoiceProfile,
  withProfile,
} from '../../shared/domain/tracking-settings.ts';
import { type Reason, toReasonError } from '../../shared/errors.ts';
import { studioConfigure } from '../../shared/ipc/studio.ts';
import type { StudioClient } from '../bridge/client.ts';
import { VoiceTracker } from './audio/voice/voice-tracker.ts';
import type { CalibrationEvent } from './inspection.ts';
import type { StageClient } from './stage-client.ts';

type Ending =
  | { readonly state: 'done' | 'cancelled' }
  | { readonly state: 'refused'; readonly reason: Reason };

/**
 * The window's side of calibration: gives the stage the profile of the camera in use, and keeps what a calibration
 * found out about the person in that camera's profile, or about the voice in the settings.
 */
export class Calibrations {
  readonly voice: VoiceTracker;
  private readonly client: StudioClient;
  private readonly tell: (message: string) => void;
  private readonly listeners = new Set<(event: CalibrationEvent) => void>();
  /** What main said last. */
  private said: StudioSettings | null = null;
  /** That, and what main has been asked to keep since. */
  private settings: StudioSettings | null = null;
  private stage: StageClient | null = null;
  private camera = ANY_CAMERA;
  /** The camera in front of which the newest calibration of the face began; null: it has been changed since. */
  private begunOn: string | null = null;
  /** How the keeping of what a calibration found out ends; its `done` waits for that. */
  private readonly keeping = new Map<CalibrationEvent['kind'], Promise<Ending>>();

  /** @param tell hears what could not be kept, for the log */
  constructor(client: StudioClient, tell: (message: string) => void) {
    this.client = client;
    this.tell = tell;
    this.voice = new VoiceTracker({
      onCalibration: (event) => this.announce(event),
      onProfile: (profile) => this.keepVoice(profile),
      onFailed: (error) => tell(`voice: ${String(error)}`),
    });
  }

  /** @param camera the name of the camera in use; empty: there is none */
  apply(settings: StudioSettings, camera: string, stage: StageClient): void {
    this.said = settings;
    this.settings = settings;
    this.stage = stage;
    const key = camera === '' ? ANY_CAMERA : camera;
    if (key !== this.camera) {
      this.camera = key;
      this.begunOn = null;
      stage.cancelCalibration();
    }
    stage.setProfile(this.profile(settings), key);
    this.voice.apply(settings.tracking.voice);
  }

  /** @returns ends it */
  onCalibration(listener: (event: CalibrationEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A calibration of the face begins: what it finds out belongs to the camera in use now. */
  began(): void {
    this.begunOn = this.camera;
  }

  /** Passes an event of a calibration on; `done` only once what it found out is kept, else it is `refused`. */
  announce(event: CalibrationEvent): void {
    const { kind } = event;
    const kept = event.state === 'done' ? this.keeping.get(kind) : undefined;
    if (!kept) {
      this.emit(event);
      return;
    }
    this.keeping.delete(kind);
    void kept.then((ending) => this.emit({ kind, ...ending }));
  }

  /** Comes before the `done` of its calibration. */
  keepNeutral(neutral: Neutral): void {
    this.keeping.set('neutral', this.keep({ neutral }));
  }

  /** Comes before the `done` of its calibration. */
  keepRanges(ranges: Ranges): void {
    this.keeping.set('fit', this.keep({ ranges }));
  }

  private emit(event: CalibrationEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  private profile(settings: StudioSettings): TrackingProfile {
    return profileOf(settings.profiles, this.camera);
  }

  private async keep(change: Partial<TrackingProfile>): Promise<Ending> {
    const { settings, camera } = this;
    // It ended in the moment in which the camera was changed.
    if (!settings || this.begunOn !== camera) return { state: 'cancelled' };
    const profile = { ...this.profile(settings), ...change };
    return this.configure({ profiles: withProfile(settings.profiles, camera, profile) });
  }

  private keepVoice(profile: VoiceProfile): void {
    const { settings } = this;
    if (!settings) return;
    const { tracking } = settings;
    this.keeping.set(
      'voice',
      this.configure({ tracking: { ...tracking, voice: { ...tracking.voice, profile } } }),
    );
  }

  private async configure(change: Partial<Pick<StudioSettings, 'profiles' | 'tracking'>>): Promise<Ending> {
    // The next result may come before the snapshot of this one.
    this.settings = this.settings && { ...this.settings, ...change };
    try {
      await this.client.call(studioConfigure, change);
      return { state: 'done' };
    } catch (error) {
      this.tell(`calibration: ${String(error)}`);
      this.restore();
      return { state: 'refused', reason: toReasonError(error).reason };
    }
  }

  /** What was refused is neither sent along with the next result nor used any longer by what has learnt it. */
  private restore(): void {
    this.settings = this.said;
    if (this.said) this.stage?.restoreProfile(this.profile(this.said), this.camera);
    this.voice.restore();
  }
}
