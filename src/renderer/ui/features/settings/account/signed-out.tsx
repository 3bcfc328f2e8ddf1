import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccountSnapshot } from '../../../../../shared/ipc/account.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { FieldGroup } from '../fields.tsx';
import { ConfirmMail } from './confirm-mail.tsx';
import { ProviderButtons } from './provider-buttons.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { SignUpForm } from './sign-up-form.tsx';

/** The ways into an account: for a guest, and for an account whose sign-in has expired. */
export function SignedOut({ account }: { readonly account: AccountSnapshot }) {
  const { t } = useTranslation('account');
  const [creating, setCreating] = useState(false);
  const [tried, setTried] = useState<'form' | 'new' | 'mail' | 'browser' | null>(null);
  const isOld = (way: NonNullable<typeof tried>) => tried !== null && tried !== way;
  const { user, confirm, problem } = account;
  if (creating) {
    return (
      <div>
        <FieldGroup title={t('signUp.title')}>
          <SignUpForm onTry={() => setTried('new')} onWritten={() => setCreating(false)} />
          <p className="mt-4 flex items-center gap-1.5 text-muted">
            {t('signUp.known')}
            <Link onClick={() => setCreating(false)}>{t('signUp.signIn')}</Link>
          </p>
        </FieldGroup>
      </div>
    );
  }
  return (
    <>
      {user ? (
        <Expired email={user.email} />
      ) : confirm ? (
        <ConfirmMail email={confirm.email} isOld={isOld('mail')} onTry={() => setTried('mail')} />
      ) : (
        <Intro />
      )}
      <div className="divide-y divide-line">
        <FieldGroup title={t(user ? 'signIn.again' : 'signIn.title')}>
          <SignInForm
            key={user?.email ?? confirm?.email ?? ''}
            email={user?.email ?? confirm?.email ?? ''}
            // That it has expired is said above.
            problem={user && problem === 'account.needs-sign-in' ? null : problem}
            isOld={isOld('form')}
            onTry={() => setTried('form')}
          >
            {!user && (
              <p className="flex items-center gap-1.5 text-muted">
                {t('signIn.noAccount')}
                <Link onClick={() => setCreating(true)}>{t('signIn.create')}</Link>
              </p>
            )}
          </SignInForm>
        </FieldGroup>
        <ProviderButtons isOld={isOld('browser')} onTry={() => setTried('browser')} />
      </div>
    </>
  );
}

function Intro() {
  const { t } = useTranslation('account');
  return <p className="mb-4 text-muted">{t('intro')}</p>;
}

/** Another account may be signed in to as well, so that this one can be left. */
function Expired({ email }: { readonly email: string }) {
  const { t } = useTranslation('account');
  const pending = useSnapshots((state) => state.sync?.pending ?? 0);
  return (
    <div className="mb-4 space-y-2.5">
      <Problem reason="account.needs-sign-in" tone="warn" title={email} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted text-xs">{pending > 0 && t('needs.pending', { count: pending })}</p>
        <Button size="small" onClick={() => openDialog({ kind: 'sign-out' })}>
          {t('identity.signOut')}
        </Button>
      </div>
    </div>
  );
}

function Link({ onClick, children }: { readonly onClick: () => void; readonly children: string }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="rounded-sm font-medium text-accent underline-offset-2 hover:underline"
    >
      {children}
    </button>
  );
}
