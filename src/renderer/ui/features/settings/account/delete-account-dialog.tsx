import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reason } from '../../../../../shared/errors.ts';
import { accountDelete } from '../../../../../shared/ipc/account.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import '../../../i18n/account-texts.ts';
import { Button } from '../../../components/button.tsx';
import { Modal, ModalActions } from '../../../components/modal.tsx';
import { Problem } from '../../../components/problem.tsx';
import { TextField } from '../../../components/text-field.tsx';
import { useAsk } from '../../../use-ask.ts';

/** Deletes the account once its address was typed, or its name where X has told none. */
export function DeleteAccountDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('account');
  const { t: common } = useTranslation();
  const { busy, refused, ask } = useAsk();
  const user = useSnapshots((state) => state.account?.user);
  const address = user?.email || (user?.username ?? '');
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const remove = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const same = typed.trim().toLowerCase() === address.toLowerCase();
    setWrong(!same);
    if (same && (await ask(accountDelete, { email: address }))) onClose();
  };
  const shown: Reason | null = wrong ? 'account.wrong-email' : refused;
  return (
    <Modal title={t('delete.dialogTitle')} description={t('delete.dialogText')} onClose={onClose}>
      <form onSubmit={(event) => void remove(event)} noValidate className="space-y-3">
        <TextField
          data-first-focus
          label={t('delete.email', { email: address })}
          type={user?.email ? 'email' : 'text'}
          maxLength={254}
          value={typed}
          aria-required
          onChange={(event) => setTyped(event.target.value)}
        />
        {shown && (
          <div role="alert">
            <Problem reason={shown} />
          </div>
        )}
        <ModalActions>
          <Button onClick={onClose}>{common('common.cancel')}</Button>
          <Button kind="danger" submit aria-disabled={busy || undefined}>
            {t(busy ? 'delete.busy' : 'delete.confirm')}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
