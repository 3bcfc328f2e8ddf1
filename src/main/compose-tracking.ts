import path from 'node:path';
import type { TrackingFeature } from '../shared/domain/model-manifest.ts';
import type { StudioSettings, StudioSnapshot } from '../shared/domain/studio.ts';
import { toReasonError } from '../shared/errors.ts';
import { modelsSnapshot } from '../shared/ipc/models.ts';
import { serveWasm } from './commands/wasm-files.ts';
import { resourcesDir } from './host/paths.ts';
import type { AssetResolver, Host } from './host/port.ts';
import type { Notify } from './ipc/bindings.ts';
import type { Router } from './ipc/router.ts';
import { createModels, type ModelsService, readModelManifest } from './services/models/models.ts';

const FACE_MODEL = 'face_landmarker.task';
const POSE_MODEL = 'pose_landmarker_full.task';
const HANDS_MODEL = 'hand_landmarker.task';
/** What a page may load of the recorded performance. */
const PERFORMANCE_FILES: Readonly<Record<string, { readonly folder: string; readonly type: string }>> = {
  'performer.perf': { folder: 'performance', type: 'application/octet-stream' },
  'performer.mp4': { folder: 'performance', type: 'video/mp4' },
  'performer.vmotion': { folder: 'motions', type: 'application/octet-stream' },
};

export interface TrackingParts {
  readonly models: ModelsService;
  /** What drives the avatar on this machine. */
  source(): Promise<StudioSnapshot['tracking']>;
  /** Follows the studio: the models of a part that was just switched on are looked for. */
  follow(snapshot: StudioSnapshot): void;
}

/** The tracker's models and what stands in for them. Before the host starts. */
export async function composeTracking(parts: {
  readonly host: Host;
  readonly router: Router;
  readonly home: string;
  readonly notify: Notify;
  /** Models of other parts are in use now: the page must hear where they are. */
  readonly filesMoved: () => Promise<void>;
  readonly closers: (() => unknown)[];
}): Promise<TrackingParts> {
  const { host, router, home, notify, filesMoved, closers } = parts;
  const publish = () => router.publish(modelsSnapshot, models.snapshot());
  const models = createModels({
    manifest: readModelManifest(path.join(resourcesDir(), 'models.json')),
    cacheDir: path.join(home, 'models'),
    modelsDir: process.env['VIDA3_MODELS_DIR'],
    onChange: publish,
  });
  closers.push(() => models.cancel());
  await models.refresh();
  publish();
  host.serve('models', models.resolve);
  host.serve('wasm', serveWasm);
  host.serve('performance', performanceAsset);
  return {
    models,
    source: () => trackingSource(models),
    follow({ settings }) {
      models
        .use(featuresOf(settings))
        .then((changed) => (changed ? filesMoved() : undefined))
        .catch((error: unknown) => notify('warning', toReasonError(error)));
    },
  };
}

/** What stands behind `/performance/<name>`. */
const performanceAsset: AssetResolver = async (name) => {
  const file = Object.hasOwn(PERFORMANCE_FILES, name) ? PERFORMANCE_FILES[name] : undefined;
  return file ? { path: path.join(resourcesDir(), file.folder, name), type: file.type } : null;
};

/** The parts of tracking whose models these settings need. */
function featuresOf({ tracking: { parts } }: StudioSettings): readonly TrackingFeature[] {
  const features: TrackingFeature[] = ['face'];
  if (parts.body !== 'off') features.push('pose');
  if (parts.hands) features.push('hands');
  return features;
}

/**
 * The camera when the model of the face is here and is the right file, else the recorded performance. The models of
 * parts that are not in use are not even looked at.
 */
async function trackingSource(models: ModelsService): Promise<StudioSnapshot['tracking']> {
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
