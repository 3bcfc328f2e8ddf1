import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/button.tsx';
import { Modal, ModalActions } from '../../../components/modal.tsx';
import { useActions } from '../use-actions.ts';

export function StopDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { stop } = useActions();
  const confirm = () => {
    stop();
    onClose();
  };
  return (
    <Modal
      title={t('broadcast.stopDialog.title')}
      description={t('broadcast.stopDialog.text')}
      onClose={onClose}
    >
      <ModalActions>
        <Button data-first-focus onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button kind="danger" onClick={confirm}>
          {t('broadcast.stopDialog.confirm')}
        </Button>
      </ModalActions>
    </Modal>
  );
}
