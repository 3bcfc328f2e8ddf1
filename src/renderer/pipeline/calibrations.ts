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
import { studioConfigure } from '../../shared/ipc/studio.ts';
import type { StudioClient } from '../bridge/client.ts';
import { VoiceTracker } from './audio/voice/voice-tracker.ts';
import type { CalibrationEvent } from './inspection.ts';
import type { StageClient } from './stage-client.ts';

/**
 * The window's side of calibration: gives the stage the profile of the camera in use, and keeps what a calibration
 * found out about the person in that camera's profile, or about the voice in the settings.
 */
export class Calibrations {
  readonly voice: VoiceTracker;
  private readonly client: StudioClient;
  private readonly tell: (message: string) => void;
  private readonly listeners = new Set<(event: CalibrationEvent) => void>();
  private settings: StudioSettings | null = null;
  private camera = ANY_CAMERA;

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
    this.settings = settings;
    this.camera = camera === '' ? ANY_CAMERA : camera;
    stage.setProfile(this.profile(settings));
    this.voice.apply(settings.tracking.voice);
  }

  /** @returns ends it */
  onCalibration(listener: (event: CalibrationEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  announce(event: CalibrationEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  keepNeutral(neutral: Neutral): void {
    this.keep({ neutral });
  }

  keepRanges(ranges: Ranges): void {
    this.keep({ ranges });
  }

  private profile(settings: StudioSettings): TrackingProfile {
    return profileOf(settings.profiles, this.camera);
  }

  private keep(change: Partial<TrackingProfile>): void {
    const { settings, camera } = this;
    if (!settings) return;
    const profile = { ...this.profile(settings), ...change };
    this.configure({ profiles: withProfile(settings.profiles, camera, profile) });
  }

  private keepVoice(profile: VoiceProfile): void {
    const { settings } = this;
    if (!settings) return;
    const { tracking } = settings;
    this.configure({ tracking: { ...tracking, voice: { ...tracking.voice, profile } } });
  }

  private configure(change: Partial<Pick<StudioSettings, 'profiles' | 'tracking'>>): void {
    this.client.call(studioConfigure, change).catch((error: unknown) => {
      this.tell(`calibration: ${String(error)}`);
    });
  }
}
