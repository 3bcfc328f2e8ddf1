import { useTranslation } from 'react-i18next';
import type { LibrarySnapshot } from '../../../../../shared/ipc/library.ts';
import type { SyncSnapshot } from '../../../../../shared/ipc/sync.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';

export interface Away {
  readonly state: 'cloud' | SyncSnapshot['files'][number]['state'];
  readonly words: string;
}

/** Where the file of an avatar is that is not on this computer yet, in words; null: it is here. */
export function useAway({ here, name }: LibrarySnapshot['avatars'][number]): Away | null {
  const { t } = useTranslation();
  const file = useSnapshots((state) =>
    here
      ? null
      : (state.sync?.files.find(
          (each) => each.direction === 'down' && each.part === 'model' && each.name === name,
        ) ?? null),
  );
  if (here) return null;
  if (!file) return { state: 'cloud', words: t('avatar.away.cloud') };
  const { state, sent, total } = file;
  const words =
    state === 'running' && total > 0
      ? t('avatar.away.percent', { percent: Math.floor((100 * sent) / total) })
      : t(`avatar.away.${state}`);
  return { state, words };
}
