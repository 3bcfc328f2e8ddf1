import path from 'node:path';
import type { TrackingFeature } from '../shared/domain/model-manifest.ts';
import type { StudioSettings, StudioSnapshot } from '../shared/domain/studio.ts';
import { resourcesDir } from './host/paths.ts';
import type { AssetResolver } from './host/port.ts';
import type { ModelsService } from './services/models/models.ts';

const FACE_MODEL = 'face_landmarker.task';
const POSE_MODEL = 'pose_landmarker_full.task';
const HANDS_MODEL = 'hand_landmarker.task';
/** What a page may load of the recorded performance. */
const PERFORMANCE_FILES: Readonly<Record<string, { readonly folder: string; readonly type: string }>> = {
  'performer.perf': { folder: 'performance', type: 'application/octet-stream' },
  'performer.mp4': { folder: 'performance', type: 'video/mp4' },
  'performer.vmotion': { folder: 'motions', type: 'application/octet-stream' },
};

/** What stands behind `/performance/<name>`. */
export const performanceAsset: AssetResolver = async (name) => {
  const file = Object.hasOwn(PERFORMANCE_FILES, name) ? PERFORMANCE_FILES[name] : undefined;
  return file ? { path: path.join(resourcesDir(), file.folder, name), type: file.type } : null;
};

/** The parts of tracking whose models these settings need. */
export function featuresOf({ tracking: { parts } }: StudioSettings): readonly TrackingFeature[] {
  const features: TrackingFeature[] = ['face'];
  if (parts.body !== 'off') features.push('pose');
  if (parts.hands) features.push('hands');
  return features;
}

/**
 * The camera when the model of the face is here and is the right file, else the recorded performance. The models of
 * parts that are not in use are not even looked at.
 */
export async function trackingSource(models: ModelsService): Promise<StudioSnapshot['tracking']> {
  const modelUrl = await models.url(FACE_MODEL);
  const used = models.snapshot().models.map(({ feature }) => feature);
  return modelUrl
    ? {
        source: 'camera',
        modelUrl,
        poseModelUrl: used.includes('pose') ? await models.url(POSE_MODEL) : null,
        handsModelUrl: used.includes('hands') ? await models.url(HANDS_MODEL) : null,
        wasmUrl: '/wasm',
      }
    : {
        source: 'recorded',
        performanceUrl: '/performance/performer.perf',
        clipUrl: '/performance/performer.mp4',
        motionUrl: '/performance/performer.vmotion',
      };
}
