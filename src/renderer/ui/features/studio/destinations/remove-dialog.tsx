import { useTranslation } from 'react-i18next';
import { type Destination, destinationsRemove } from '../../../../../shared/ipc/destinations.ts';
import { Button } from '../../../components/button.tsx';
import { Modal, ModalActions } from '../../../components/modal.tsx';
import { useCommand } from '../../../use-command.ts';

interface Props {
  readonly destination: Destination;
  readonly onClose: () => void;
}

export function RemoveDialog({ destination, onClose }: Props) {
  const { t } = useTranslation();
  const run = useCommand();
  const remove = () => {
    void run(destinationsRemove, { id: destination.id });
    onClose();
  };
  return (
    <Modal
      title={t('destinations.removeDialog.title', { name: destination.name })}
      description={t('destinations.removeDialog.text')}
      onClose={onClose}
    >
      <ModalActions>
        <Button data-first-focus onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button kind="danger" onClick={remove}>
          {t('destinations.removeDialog.confirm')}
        </Button>
      </ModalActions>
    </Modal>
  );
}
