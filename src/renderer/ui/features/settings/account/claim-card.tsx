import { FolderInput } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AccountSnapshot, accountClaim } from '../../../../../shared/ipc/account.ts';
import { announce } from '../../../../state/notices.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import { useAsk } from '../../../use-ask.ts';

type Work = NonNullable<AccountSnapshot['guest']>;
const KINDS = ['avatars', 'images', 'sounds', 'destinations', 'sessions'] as const;

/** The guest's work that the account could take over; what will happen is said before. */
export function ClaimCard({ guest }: { readonly guest: Work | null }) {
  const { t } = useTranslation('account');
  const { busy, refused, ask } = useAsk();
  const list = useWorkList();
  const [moved, setMoved] = useState<Work | null>(null);
  const claim = async () => {
    const answer = await ask(accountClaim, {});
    if (!answer) return;
    setMoved(answer.moved);
    announce(t('claim.done', { list: list(answer.moved) }));
  };
  if (!guest && moved) {
    return (
      <p className="mb-4 flex gap-2 rounded-xl border border-line bg-raised/60 px-4 py-3">
        <ToneIcon tone="good" className="mt-px size-4" />
        {t('claim.done', { list: list(moved) })}
      </p>
    );
  }
  if (!guest) return null;
  return (
    <section
      aria-label={t('claim.title')}
      className="mb-4 flex gap-3 rounded-xl border border-accent/40 bg-accent/8 p-4"
    >
      <FolderInput aria-hidden className="mt-0.5 size-5 shrink-0 text-accent" />
      <div className="min-w-0 flex-1">
        <h4 className="font-semibold">{t('claim.title')}</h4>
        <p className="mt-0.5">{t('claim.has', { list: list(guest) })}</p>
        <p className="mt-1 text-muted text-xs">{t('claim.what')}</p>
        <Button
          kind="primary"
          size="small"
          className="mt-2.5"
          aria-disabled={busy || undefined}
          onClick={() => !busy && void claim()}
        >
          {t(busy ? 'claim.busy' : 'claim.button')}
        </Button>
        {refused && (
          <div role="alert" className="mt-2.5 max-w-sm">
            <Problem reason={refused} />
          </div>
        )}
      </div>
    </section>
  );
}

/** "2 avatars and 1 destination"; what there is none of is left out. */
function useWorkList(): (work: Work) => string {
  const { t, i18n } = useTranslation('account');
  return (work) => {
    const parts = KINDS.filter((kind) => work[kind] > 0).map((kind) =>
      t(`claim.${kind}`, { count: work[kind] }),
    );
    return new Intl.ListFormat(i18n.language).format(parts.length > 0 ? parts : [t('claim.settingsOnly')]);
  };
}
