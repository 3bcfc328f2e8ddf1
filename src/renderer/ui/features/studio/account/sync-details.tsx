import { Settings } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AccountSnapshot } from '../../../../../shared/ipc/account.ts';
import type { SyncSnapshot } from '../../../../../shared/ipc/sync.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { problemBeside, type SyncGlance } from '../../../../state/sync-glance.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { type Tone, ToneIcon } from '../../../components/state-line.tsx';
import { momentText } from '../../../moment-text.ts';
import { SyncNow } from './sync-now.tsx';

interface Props {
  readonly account: AccountSnapshot;
  readonly sync: SyncSnapshot | null;
  readonly glance: SyncGlance;
  readonly name: string | null;
  readonly tone: Tone;
}

/** The sync's state in sentences, and what can be done about it. */
export function SyncDetails({ account, sync, glance, name, tone }: Props) {
  const { t } = useTranslation();
  const openAccount = () => openDialog({ kind: 'settings', section: 'account' });
  const signedIn = account.state === 'signed-in' && glance.kind !== 'sign-in';
  const problem = problemBeside(glance, sync);
  const first =
    glance.kind === 'guest'
      ? t('sync.signIn')
      : glance.kind === 'sign-in'
        ? t('sync.signInAgain')
        : glance.kind === 'decide'
          ? t('sync.decide')
          : null;
  return (
    <div className="space-y-2.5">
      {name && (
        <div className="min-w-0">
          <p className="truncate font-semibold">{name}</p>
          {account.user && account.user.email !== name && (
            <p className="truncate text-muted text-xs">{account.user.email}</p>
          )}
        </div>
      )}
      <p className="flex gap-2">
        <ToneIcon tone={tone} className="mt-0.5" />
        <span>{t(`sync.text.${glance.kind}`, { count: glance.count })}</span>
      </p>
      {signedIn && <SyncTimes sync={sync} />}
      {signedIn && problem && <Problem reason={problem} tone="warn" />}
      <div className="flex flex-wrap gap-2 pt-0.5">
        {first && (
          <Button size="small" kind="primary" onClick={openAccount}>
            {first}
          </Button>
        )}
        {signedIn && <SyncNow size="small" />}
        <Button size="small" icon={<Settings aria-hidden className="size-3.5" />} onClick={openAccount}>
          {t('sync.settings')}
        </Button>
      </div>
    </div>
  );
}

/** When it was synced last, how far a first pull is, and when it is tried again. */
export function SyncTimes({ sync }: { readonly sync: SyncSnapshot | null }) {
  const { t, i18n } = useTranslation();
  if (!sync) return null;
  const { lastSyncedAt, nextTryAt, pulled } = sync;
  return (
    <ul className="space-y-0.5 text-muted text-xs">
      {pulled !== null && <li>{t('sync.pulled', { count: pulled })}</li>}
      <li>
        {lastSyncedAt ? t('sync.last', { when: momentText(lastSyncedAt, i18n.language) }) : t('sync.never')}
      </li>
      {nextTryAt && sync.mode === 'offline' && (
        <li>
          {isSoon(nextTryAt)
            ? t('sync.nextSoon')
            : t('sync.next', { when: momentText(nextTryAt, i18n.language) })}
        </li>
      )}
    </ul>
  );
}

const isSoon = (at: string): boolean => Date.parse(at) - Date.now() < 60_000;
