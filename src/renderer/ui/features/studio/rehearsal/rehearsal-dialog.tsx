import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/button.tsx';
import { Modal, ModalActions } from '../../../components/modal.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { useActions, useGoLiveCheck } from '../use-actions.ts';

/** Somebody outside of the window proposed a rehearsal; here it can be begun or left. */
export function RehearsalDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { rehearse } = useActions();
  const check = useGoLiveCheck();
  const blocked = !check.ok && (check.why === 'not-ready' || check.why === 'offline') ? check : null;
  const begin = () => {
    rehearse();
    onClose();
  };
  return (
    <Modal title={t('rehearsal.dialogTitle')} description={t('rehearsal.dialogText')} onClose={onClose}>
      {blocked && <StateLine tone="warn">{t(`broadcast.blocked.${blocked.why}`, { name: '' })}</StateLine>}
      <ModalActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button kind="primary" data-first-focus disabled={blocked !== null} onClick={begin}>
          {t('rehearsal.start')}
        </Button>
      </ModalActions>
    </Modal>
  );
}
