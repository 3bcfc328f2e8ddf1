import type { ModelManifest, TrackingFeature } from '../../../shared/domain/model-manifest.ts';

/** What the models service needs of the world. */
export interface ModelsOptions {
  readonly manifest: ModelManifest;
  /** Where downloads go; searched last. It is made when the first download begins. */
  readonly cacheDir: string;
  /** `VIDA3_MODELS_DIR`: a folder of model files that is searched first and never written to. */
  readonly modelsDir?: string | undefined;
  /** The features in use at first, see `ModelsService.use`. Default: the face. */
  readonly features?: readonly TrackingFeature[];
  /** Called with every change of the snapshot (at most ten times a second while bytes arrive). */
  readonly onChange?: () => void;
  /** No byte for so long ends an attempt, in ms. Default 30 s. */
  readonly idleTimeoutMs?: number;
  /** How many times a cut connection is taken up again by itself. Default 3. */
  readonly attempts?: number;
}
