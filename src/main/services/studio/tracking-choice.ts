import type { StudioSettings, StudioSnapshot } from '../../../shared/domain/studio.ts';
import type { TrackingSource } from './ports.ts';

/** What drives the avatar with the chosen camera, and what of it the plan allows. */
export async function trackingFor(
  source: TrackingSource,
  { camera }: StudioSettings,
): Promise<Pick<StudioSnapshot, 'tracking' | 'allowed'>> {
  const tracking = await source.current();
  return {
    tracking: camera === 'none' && tracking.source === 'camera' ? { source: 'none' } : tracking,
    allowed: source.allowed(),
  };
}
