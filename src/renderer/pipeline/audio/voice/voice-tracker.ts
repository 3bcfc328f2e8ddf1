import wasmUrl from 'wlipsync/wlipsync.wasm?url';
import type { TrackingSettings, VoiceProfile } from '../../../../shared/domain/tracking-settings.ts';
import type { CalibrationEvent } from '../../inspection.ts';
import { createVoiceObservation, VoiceChannel } from '../../part-channels.ts';
import type { VoiceListener } from '../microphone.ts';
import generalVowels from './general-vowels.json' with { type: 'json' };
import { VoiceCalibration } from './voice-calibration.ts';
import { VowelEngine } from './vowel-engine.ts';

/** Loudness that opens the mouth, dB of full scale: a voice behind the gate lies between. */
const QUIET_DB = -50;
const LOUD_DB = -22;
/** The mouth's own inertia: time constants in ms of a vowel that comes, and of loudness that rises and falls. */
const VOWEL_MS = 35;
const ATTACK_MS = 20;
const RELEASE_MS = 70;

/** Ten seconds of vowels and some to begin; without a sound the calibration would wait for ever. */
const CALIBRATION_LATEST_MS = 15_000;

const GENERAL: VoiceProfile = { vowels: generalVowels };

export interface VoiceTrackerOptions {
  readonly onCalibration: (event: CalibrationEvent) => void;
  /** The user's own vowels, to be kept. */
  readonly onProfile: (profile: VoiceProfile) => void;
  /** It cannot work: said once, for the log. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * The microphone's mouth shapes: takes the voice that the sound chain lets through (behind gate and mute) and writes
 * the VoiceChannel that the stage reads. Nothing of it leaves the window.
 */
export class VoiceTracker implements VoiceListener {
  readonly channel = new VoiceChannel();
  private readonly options: VoiceTrackerOptions;
  private readonly observation = createVoiceObservation();
  private engine: VowelEngine | null = null;
  private loading = false;
  /** It could not be loaded: tried again by a calibration or another mode, not by every snapshot. */
  private broken = false;
  private settings: TrackingSettings['voice'] | null = null;
  /** Content of the profile that the settings name: the object is another one in every snapshot. */
  private profileText = '';
  private calibration: VoiceCalibration | null = null;
  private calibrationTimer: ReturnType<typeof setTimeout> | undefined;
  private lastMs = 0;

  constructor(options: VoiceTrackerOptions) {
    this.options = options;
  }

  /** Whether the chain need give the voice at all. */
  get wanted(): boolean {
    return this.calibration !== null || (this.settings !== null && this.settings.mode !== 'off');
  }

  apply(settings: TrackingSettings['voice']): void {
    if (settings.mode !== this.settings?.mode) this.broken = false;
    this.settings = settings;
    if (this.wanted && !this.broken) this.load();
    const text = JSON.stringify(settings.profile);
    if (text === this.profileText) return;
    this.profileText = text;
    this.engine?.setProfile(settings.profile ?? GENERAL);
  }

  /** Forgets what a calibration has learnt and the settings do not say. */
  restore(): void {
    this.engine?.setProfile(this.settings?.profile ?? GENERAL);
  }

  /** Two seconds of each vowel, beginning with the next sound; fails when they are not over in 15 seconds. */
  calibrate(): void {
    clearTimeout(this.calibrationTimer);
    this.calibration = new VoiceCalibration();
    this.calibrationTimer = setTimeout(() => this.endCalibration('failed'), CALIBRATION_LATEST_MS);
    this.load();
  }

  cancelCalibration(): void {
    this.endCalibration('cancelled');
  }

  /**
   * Takes the next sound of the microphone.
   * @param samples 48 kHz mono, `length` of them. @param atMs when the last one was said, programme clock
   */
  take(samples: Float32Array, length: number, atMs: number): void {
    const { engine, observation } = this;
    if (!engine || length === 0) return;
    engine.hear(samples, length);
    const passedMs = Math.max(0, atMs - this.lastMs);
    this.lastMs = atMs;
    const db = 20 * Math.log10(Math.max(engine.rms, 1e-6));
    const loud = Math.min(1, Math.max(0, (db - QUIET_DB) / (LOUD_DB - QUIET_DB)));
    const tau = loud > observation.volume ? ATTACK_MS : RELEASE_MS;
    observation.volume += (1 - Math.exp(-passedMs / tau)) * (loud - observation.volume);
    const follow = 1 - Math.exp(-passedMs / VOWEL_MS);
    for (let v = 0; v < observation.vowels.length; v++) {
      observation.vowels[v]! += follow * (engine.vowels[v]! - observation.vowels[v]!);
    }
    observation.atMs = atMs;
    this.channel.write(observation);
    if (this.calibration) this.learn(this.calibration, engine, atMs);
  }

  private learn(calibration: VoiceCalibration, engine: VowelEngine, atMs: number): void {
    const result = calibration.add(engine.mfcc, engine.rms, atMs);
    if (result.state === 'running') {
      this.options.onCalibration({ kind: 'voice', ...result });
      return;
    }
    if (result.state === 'done') {
      engine.setProfile(result.profile);
      this.options.onProfile(result.profile);
    }
    this.endCalibration(result.state);
  }

  private endCalibration(state: 'done' | 'cancelled' | 'failed'): void {
    if (!this.calibration) return;
    clearTimeout(this.calibrationTimer);
    this.calibration = null;
    this.options.onCalibration({ kind: 'voice', state });
  }

  private load(): void {
    if (this.engine || this.loading) return;
    this.loading = true;
    WebAssembly.compileStreaming(fetch(wasmUrl))
      .then((module) => {
        this.engine = new VowelEngine(module, this.settings?.profile ?? GENERAL);
      })
      .catch((error: unknown) => {
        this.endCalibration('failed');
        if (!this.broken) this.options.onFailed(error);
        this.broken = true;
      })
      .finally(() => {
        this.loading = false;
      });
  }
}
