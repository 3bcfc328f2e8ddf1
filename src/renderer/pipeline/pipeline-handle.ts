import type { PipelineReport } from '../../shared/domain/report.ts';
import type { RigNaming } from '../../shared/domain/rig-naming.ts';
import type { Placement } from '../../shared/domain/scene.ts';
import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import type { LevelMeter } from './audio/microphone.ts';
import type { CalibrationEvent, Inspection } from './inspection.ts';
import type { MotionDeskState, UnkeptMotions } from './motion-desk.ts';

export interface PipelineOptions {
  readonly mode: StudioSnapshot['mode'];
  /** From createStageWorker(); it may have been started before main answered. */
  readonly stageWorker: Worker;
  /** The visible preview; handed to the stage worker, so nobody else may draw on it. */
  readonly previewCanvas?: HTMLCanvasElement;
}

/** What the user interface may do with the pipeline; everything else it asks of main. */
export interface PipelineHandle {
  cameras(): Promise<readonly { deviceId: string; label: string }[]>;
  microphones(): Promise<readonly { deviceId: string; label: string }[]>;
  /** Polled by the meter, once per picture of the screen. */
  readonly meter: LevelMeter;
  /** Hears every report that main gets. @returns ends it */
  onStatus(listener: (report: PipelineReport) => void): () => void;
  /** What the inspector shows, all of it in this window. */
  readonly inspection: Inspection;
  /** What is solved is written for the inspector only while one looks. */
  setInspecting(on: boolean): void;
  /** The pose of the next two seconds becomes the neutral one of the camera in use. */
  calibrate(): void;
  /** Thirty seconds, guided: learns how far this person's expressions go. */
  beginFit(): void;
  /** Ten seconds of vowels. */
  beginVoiceCalibration(): void;
  cancelCalibration(): void;
  /** @returns ends it */
  onCalibration(listener: (event: CalibrationEvent) => void): () => void;
  /** An expression's key goes down or up. */
  pressExpression(id: string, down: boolean): void;
  /** What drives the avatar instead of the camera, and whether that is being recorded. */
  readonly motion: MotionDeskState;
  /** @returns ends it */
  onMotion(listener: (state: MotionDeskState) => void): () => void;
  /** Off: what was recorded is kept in the list of recordings. */
  recordMotion(on: boolean): void;
  /** What becomes of recordings that could not be kept. */
  readonly unkeptMotions: UnkeptMotions;
  /** A recording by its address drives the avatar; null: the camera again. @throws Error when it cannot be read */
  playMotion(url: string | null, loop: boolean): Promise<void>;
  /** Hears what every avatar that is shown calls its parts. @returns ends it */
  onNaming(listener: (avatarId: string, naming: RigNaming) => void): () => void;
  retryCamera(): void;
  /** Resolves with the first picture of the avatar, when it cannot be shown, or after `latestMs`. */
  firstPicture(latestMs: number): Promise<void>;
  /**
   * Lets the user choose a screen or window to capture; to be called in the user's own gesture. What came of it is in
   * the report's `capture`; it resolves when the system's list is closed.
   */
  chooseCapture(): Promise<void>;
  stopCapture(): void;
  /** Shows the avatar at a place that is not saved, while it is dragged; null: back to the scene's. */
  previewPlacement(placement: Placement | null): void;
  /** What is cut by this page alone, because main has not confirmed it yet. */
  readonly cutHere: { readonly panic: boolean; readonly muted: boolean };
  /**
   * Cuts picture and microphone in this very moment, before main answers; until a snapshot agrees it stays so. Off
   * means: as main says.
   */
  setPanic(on: boolean): void;
  /** Mutes the microphone in this very moment; as setPanic. */
  setMuted(on: boolean): void;
  /** The key of push-to-talk is held, or not any more. */
  setTalking(on: boolean): void;
  close(): void;
}
