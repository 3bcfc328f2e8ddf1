import type { TrackingFeature } from '../../shared/domain/model-manifest.ts';
import type { ModelStatus } from './snapshots.ts';

/** A part of tracking that is in use waits for its model. */
export function isMissing(models: readonly ModelStatus[], feature: TrackingFeature): boolean {
  return models.some((model) => model.feature === feature && model.state !== 'present');
}

/** Bytes of models together. */
export function sumOf(models: readonly ModelStatus[], part: 'bytes' | 'received'): number {
  return models.reduce((all, model) => all + model[part], 0);
}
