import { UserRound } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '../../../../state/notices.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { type SyncGlance, syncGlance } from '../../../../state/sync-glance.ts';
import { cx } from '../../../components/cx.ts';
import { Popover } from '../../../components/popover.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import { initialsOf } from './initials.ts';
import { SyncDetails } from './sync-details.tsx';
import { SYNC_TONES } from './sync-tones.ts';

const ANNOUNCED: ReadonlySet<SyncGlance['kind']> = new Set(['sign-in', 'update', 'decide']);

/** Who is signed in and how the sync is, in a word; more of it in a popover. */
export function SyncControl() {
  const { t } = useTranslation();
  const account = useSnapshots((state) => state.account);
  const sync = useSnapshots((state) => state.sync);
  const glance = syncGlance(account, sync);
  const kind = glance?.kind ?? null;
  const word = glance && t(`sync.word.${glance.kind}`, { count: glance.count });
  useEffect(() => {
    if (kind && word && ANNOUNCED.has(kind)) announce(t('sync.announce', { word }));
  }, [kind, word, t]);
  if (!account || !glance) return null;
  const user = account.state === 'guest' ? null : account.user;
  const name = user ? (user.username ?? user.email) : null;
  const quiet = glance.kind === 'local-only';
  return (
    <Popover
      label={t('sync.title')}
      wide
      trigger={
        <button
          type="button"
          data-testid="sync"
          // In a narrow window only the icon has room.
          title={word ?? undefined}
          className={cx(
            'flex h-[2.125rem] min-w-0 items-center gap-2 rounded-lg border px-2.5 font-medium text-xs hover:bg-hover',
            quiet ? 'border-transparent text-muted' : 'border-edge bg-raised',
          )}
        >
          <span className="sr-only">{t('sync.title')}: </span>
          {name ? (
            <>
              <span
                aria-hidden
                className="-ml-1 grid size-6 shrink-0 place-items-center rounded-full bg-action font-semibold text-2xs text-on-fill"
              >
                {user?.username ? initialsOf(user.username) : <UserRound className="size-3.5" />}
              </span>
              <span className="max-w-28 truncate max-xl:sr-only">{name}</span>
            </>
          ) : (
            <UserRound aria-hidden className="size-4 shrink-0 text-muted" />
          )}
          {name && <ToneIcon tone={SYNC_TONES[glance.kind]} />}
          <span className={cx('whitespace-nowrap max-md:sr-only', name && 'text-muted')}>{word}</span>
        </button>
      }
    >
      <SyncDetails account={account} sync={sync} glance={glance} name={name} tone={SYNC_TONES[glance.kind]} />
    </Popover>
  );
}
