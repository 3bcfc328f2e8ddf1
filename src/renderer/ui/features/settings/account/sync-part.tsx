import { useTranslation } from 'react-i18next';
import type { AccountSnapshot } from '../../../../../shared/ipc/account.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { problemBeside, syncGlance } from '../../../../state/sync-glance.ts';
import { Problem } from '../../../components/problem.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import { SyncTimes } from '../../studio/account/sync-details.tsx';
import { SyncNow } from '../../studio/account/sync-now.tsx';
import { SYNC_TONES } from '../../studio/account/sync-tones.ts';
import { FieldGroup } from '../fields.tsx';
import { RefusedChanges } from './refused-changes.tsx';
import { Transfers } from './transfers.tsx';

/** How the sync is, what the cloud has refused, and which files are under way. */
export function SyncPart({ account }: { readonly account: AccountSnapshot }) {
  const { t } = useTranslation('account');
  const { t: words } = useTranslation();
  const sync = useSnapshots((state) => state.sync);
  const glance = syncGlance(account, sync);
  if (!sync || !glance) return null;
  const problem = problemBeside(glance, sync);
  return (
    <>
      <FieldGroup title={t('sync.title')}>
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <div className="min-w-0 flex-1">
            <p role="status" className="flex gap-2">
              <ToneIcon tone={SYNC_TONES[glance.kind]} className="mt-0.5" />
              <span>{words(`sync.text.${glance.kind}`, { count: glance.count })}</span>
            </p>
            <div className="mt-1 pl-[1.375rem]">
              <SyncTimes sync={sync} />
            </div>
          </div>
          <SyncNow />
        </div>
        {problem && <Problem reason={problem} tone="warn" className="mt-2.5" />}
        {sync.unreadable > 0 && (
          <div className="mt-2.5 flex gap-2 rounded-lg border border-line px-2.5 py-2 text-xs">
            <ToneIcon tone="quiet" className="mt-px" />
            <p>
              {t('sync.unreadable', { count: sync.unreadable })}{' '}
              <span className="text-muted">{t('sync.unreadableHint')}</span>
            </p>
          </div>
        )}
      </FieldGroup>
      <RefusedChanges sync={sync} />
      <Transfers files={sync.files} />
    </>
  );
}
