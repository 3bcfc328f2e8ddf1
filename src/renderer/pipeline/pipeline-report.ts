import { NO_PART, type PipelineReport } from '../../shared/domain/report.ts';
import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import type { Reason } from '../../shared/errors.ts';
import type { SecondState } from './audio/microphone.ts';
import type { DeviceState } from './camera/device-state.ts';
import type { CaptureState } from './capture/capture-source.ts';
import type { PersonState } from './person-tracking.ts';
import type { StageEvent, StageMetrics } from './stage/messages.ts';
import type { TrackerState } from './tracker/tracker.ts';

export interface PipelineParts {
  readonly snapshot: StudioSnapshot;
  readonly stage: StageMetrics | null;
  readonly avatar: Extract<StageEvent, { type: 'avatar' }> | null;
  readonly person: PersonState;
  readonly camera: DeviceState;
  readonly microphone: DeviceState;
  /** The source mixed to the microphone. */
  readonly sound: SecondState;
  readonly previewMs: number | null;
  readonly capture: CaptureState;
  readonly states: Readonly<PipelineReport['tracking']['states']>;
  readonly governor: PipelineReport['governor'];
  /** Why pictures of the shown scene are missing. */
  readonly pictures: { readonly background: Reason | null; readonly overlay: Reason | null };
}

const NO_RENDER: PipelineReport['render'] = { frames: 0, fps: 0, p50Ms: null, p95Ms: null, late: 0 };
const NO_FRAMES = { width: 0, height: 0, fps: 0 };
const NO_ENCODE: PipelineReport['encode'] = {
  epoch: 0,
  state: 'off',
  frames: 0,
  keyFrames: 0,
  bytes: 0,
  p50Ms: null,
  p95Ms: null,
  skipped: 0,
  encoder: 'none',
  reason: null,
  renditions: [],
};

/** Puts the page's numbers together. Pure. */
export function buildPipelineReport(parts: PipelineParts): PipelineReport {
  const { snapshot, stage, person, camera, microphone } = parts;
  const { face, pose, hands } = person;
  const metrics = face?.metrics;
  const shown = parts.avatar?.id === snapshot.avatar.id ? parts.avatar : null;
  return {
    ready: shown?.state === 'shown' && sourceAnswered(parts),
    previewMs: parts.previewMs,
    camera: {
      state: camera.state,
      reason: camera.reason,
      label: camera.label.slice(0, 256),
      frames: metrics?.cameraFrames ?? 0,
      fps: metrics?.cameraFps ?? 0,
      dropped: metrics?.dropped ?? 0,
    },
    microphone: { state: microphone.state, reason: microphone.reason, label: microphone.label.slice(0, 256) },
    sound: parts.sound,
    tracking: {
      source: snapshot.tracking.source,
      state: stage?.tracking.state ?? 'no-camera',
      states: [...parts.states],
      reason: face?.reason ?? pose.reason ?? hands.reason,
      faces: facesOf(person),
      face: face ? partOf(face) : NO_PART,
      pose: partOf(pose),
      hands: partOf(hands),
      restarts: (face?.restarts ?? 0) + pose.restarts + hands.restarts + person.faces.restarts,
    },
    governor: parts.governor,
    render: stage?.render ?? NO_RENDER,
    encode: stage?.encode ?? NO_ENCODE,
    live: stage?.live ?? { ticks: 0, late: 0 },
    latency: stage?.latency ?? { cameraToEncodedMs: { p50: null, p95: null } },
    avatar: { id: snapshot.avatar.id, state: shown?.state ?? 'loading', reason: shown?.reason ?? null },
    background: { reason: parts.pictures.background },
    capture: {
      state: parts.capture.state,
      reason: parts.capture.reason,
      label: parts.capture.label.slice(0, 256),
      ...(stage?.capture ?? NO_FRAMES),
    },
    overlay: { reason: parts.pictures.overlay },
    heapMb: heapMb(),
  };
}

function partOf({ metrics, delegate }: TrackerState): PipelineReport['tracking']['face'] {
  const { frames, found, p50Ms, p95Ms, fps } = metrics;
  return { frames, found, p50Ms, p95Ms, fps, delegate };
}

/** The one that is followed is known at every picture, others beside it every two seconds. */
function facesOf({ face, faces }: PersonState): number {
  const followed = face?.metrics.count ?? 0;
  return followed === 0 ? 0 : Math.max(followed, faces.metrics.count);
}

/** Whether what drives the avatar has spoken, or will not. */
function sourceAnswered({ snapshot, person: { face }, camera }: PipelineParts): boolean {
  if (snapshot.tracking.source === 'none') return true;
  // A studio without its camera can go live: the avatar idles until the camera is back.
  if (snapshot.tracking.source === 'camera' && camera.state === 'failed') return true;
  return face !== null && (face.metrics.frames > 0 || face.phase === 'failed');
}

/** Chromium's own count of the window's JavaScript heap; 0 where it does not say. */
function heapMb(): number {
  const memory = (performance as { memory?: { usedJSHeapSize: number } }).memory;
  return memory ? Math.round(memory.usedJSHeapSize / 1e6) : 0;
}
