import type { SyncGlance } from '../../../../state/sync-glance.ts';
import type { Tone } from '../../../components/state-line.tsx';

/** The shape and colour that go with each word about the sync. */
export const SYNC_TONES: Record<SyncGlance['kind'], Tone> = {
  'local-only': 'quiet',
  guest: 'quiet',
  'signing-in': 'busy',
  'sign-in': 'warn',
  update: 'warn',
  decide: 'warn',
  offline: 'quiet',
  syncing: 'busy',
  problem: 'warn',
  waiting: 'quiet',
  files: 'busy',
  synced: 'good',
};
