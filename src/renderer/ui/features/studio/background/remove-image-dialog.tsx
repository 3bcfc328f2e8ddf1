import { useTranslation } from 'react-i18next';
import { imageRemove, type LibrarySnapshot } from '../../../../../shared/ipc/library.ts';
import { Button } from '../../../components/button.tsx';
import { Modal, ModalActions } from '../../../components/modal.tsx';
import { useCommand } from '../../../use-command.ts';

interface Props {
  readonly image: LibrarySnapshot['images'][number];
  readonly onClose: () => void;
}

/** Main refuses it while a scene shows the picture, and says so. */
export function RemoveImageDialog({ image, onClose }: Props) {
  const { t } = useTranslation();
  const run = useCommand();
  const remove = () => {
    void run(imageRemove, { id: image.id });
    onClose();
  };
  return (
    <Modal
      title={t('background.removeDialog.title', { name: image.name })}
      description={t('background.removeDialog.text')}
      onClose={onClose}
    >
      <ModalActions>
        <Button data-first-focus onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button kind="danger" onClick={remove}>
          {t('background.removeDialog.confirm')}
        </Button>
      </ModalActions>
    </Modal>
  );
}
