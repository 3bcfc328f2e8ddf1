import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccountSnapshot } from '../../../../../shared/ipc/account.ts';
import { announce } from '../../../../state/notices.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import '../../../i18n/account-texts.ts';
import { BrowserWait } from './browser-wait.tsx';
import { NoCloud } from './no-cloud.tsx';
import { SignedIn } from './signed-in.tsx';
import { SignedOut } from './signed-out.tsx';

/** Who is signed in, and what the cloud has of the work. */
export function AccountSection() {
  const account = useSnapshots((state) => state.account);
  useSignedInSpoken(account);
  if (!account) return null;
  if (!account.cloud) return <NoCloud />;
  if (account.browser) return <BrowserWait browser={account.browser} />;
  if (account.state === 'signed-in' && account.user)
    return <SignedIn account={account} user={account.user} />;
  return <SignedOut account={account} />;
}

/** The form goes away when it has done its work: who cannot see that is told. */
function useSignedInSpoken(account: AccountSnapshot | null): void {
  const { t } = useTranslation('account');
  const state = account?.state ?? null;
  const before = useRef(state);
  useEffect(() => {
    if (state === 'signed-in' && before.current !== state && before.current !== null)
      announce(t('identity.title'));
    before.current = state;
  }, [state, t]);
}
