import path from 'node:path';
import type { StudioSnapshot } from '../shared/domain/studio.ts';
import { resourcesDir } from './host/paths.ts';
import type { AssetResolver } from './host/port.ts';
import type { ModelsService } from './services/models/models.ts';

const FACE_MODEL = 'face_landmarker.task';
const POSE_MODEL = 'pose_landmarker_full.task';
const HANDS_MODEL = 'hand_landmarker.task';
/** What a page may load of the recorded performance. */
const PERFORMANCE_FILES: Readonly<Record<string, string>> = {
  'performer.perf': 'application/octet-stream',
  'performer.mp4': 'video/mp4',
};

/** What stands behind `/performance/<name>`. */
export const performanceAsset: AssetResolver = async (name) => {
  const type = PERFORMANCE_FILES[name];
  return type ? { path: path.join(resourcesDir(), 'performance', name), type } : null;
};

/** The camera when the model is here and is the right file, else the recorded performance. */
export async function trackingSource(models: ModelsService): Promise<StudioSnapshot['tracking']> {
  const modelUrl = await models.url(FACE_MODEL);
  return modelUrl
    ? {
        source: 'camera',
        modelUrl,
        poseModelUrl: await models.url(POSE_MODEL),
        handsModelUrl: await models.url(HANDS_MODEL),
        wasmUrl: '/wasm',
      }
    : {
        source: 'recorded',
        performanceUrl: '/performance/performer.perf',
        clipUrl: '/performance/performer.mp4',
      };
}
