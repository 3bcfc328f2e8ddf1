import { useTranslation } from 'react-i18next';
import { accountSignOut } from '../../../../../shared/ipc/account.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import '../../../i18n/account-texts.ts';
import { Button } from '../../../components/button.tsx';
import { Modal, ModalActions } from '../../../components/modal.tsx';
import { Problem } from '../../../components/problem.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import { useAsk } from '../../../use-ask.ts';

/** Says what becomes of the work before the account is left: nothing is lost by it. */
export function SignOutDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('account');
  const { t: common } = useTranslation();
  const { busy, refused, ask } = useAsk();
  const pending = useSnapshots((state) => state.sync?.pending ?? 0);
  const signOut = async () => {
    if (!busy && (await ask(accountSignOut, {}))) onClose();
  };
  return (
    <Modal title={t('signOut.title')} description={t('signOut.text')} onClose={onClose}>
      <p className="flex gap-2">
        <ToneIcon tone={pending > 0 ? 'warn' : 'good'} className="mt-0.5 size-4" />
        {pending > 0 ? t('signOut.pending', { count: pending }) : t('signOut.none')}
      </p>
      {refused && (
        <div role="alert" className="mt-3">
          <Problem reason={refused} />
        </div>
      )}
      <ModalActions>
        <Button data-first-focus onClick={onClose}>
          {common('common.cancel')}
        </Button>
        <Button kind="primary" aria-disabled={busy || undefined} onClick={() => void signOut()}>
          {t(busy ? 'signOut.busy' : 'signOut.confirm')}
        </Button>
      </ModalActions>
    </Modal>
  );
}
