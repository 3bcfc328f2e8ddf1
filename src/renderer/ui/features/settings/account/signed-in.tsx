import { useTranslation } from 'react-i18next';
import type { AccountSnapshot } from '../../../../../shared/ipc/account.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { Button } from '../../../components/button.tsx';
import { FieldGroup } from '../fields.tsx';
import { ClaimCard } from './claim-card.tsx';
import { ProfileForm } from './profile-form.tsx';
import { SyncPart } from './sync-part.tsx';

interface Props {
  readonly account: AccountSnapshot;
  readonly user: NonNullable<AccountSnapshot['user']>;
}

/** The account that is open. */
export function SignedIn({ account, user }: Props) {
  const { t } = useTranslation('account');
  return (
    <>
      <ClaimCard guest={account.guest} />
      <div className="divide-y divide-line">
        <FieldGroup title={t('identity.title')}>
          <div className="flex flex-wrap items-start justify-between gap-4">
            <dl className="grid min-w-0 flex-1 grid-cols-[5rem_minmax(0,1fr)] gap-x-3 gap-y-1.5">
              <dt className="text-muted">{t('identity.email')}</dt>
              <dd className="wrap-anywhere select-text font-medium">{user.email}</dd>
              <dt className="text-muted">{t('identity.plan')}</dt>
              <dd>{user.planName ?? user.plan ?? t('identity.planUnknown')}</dd>
              <dt className="text-muted">{t('identity.session')}</dt>
              <dd className="text-muted text-xs leading-[1.125rem]">{t(`identity.kept.${account.kept}`)}</dd>
            </dl>
            <Button onClick={() => openDialog({ kind: 'sign-out' })}>{t('identity.signOut')}</Button>
          </div>
        </FieldGroup>
        <SyncPart account={account} />
        <ProfileForm key={user.id} user={user} />
        <FieldGroup title={t('delete.title')} hint={t('delete.hint')}>
          <Button kind="danger-quiet" onClick={() => openDialog({ kind: 'delete-account' })}>
            {t('delete.open')}
          </Button>
        </FieldGroup>
      </div>
    </>
  );
}
