import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import { Modal, ModalActions } from './modal.tsx';

interface Props {
  readonly title: string;
  readonly text: string;
  /** Label of the button that removes. */
  readonly confirm: string;
  readonly onRemove: () => void;
  readonly onClose: () => void;
}

/** Asks before something is removed; Cancel has the focus. Closes whatever is answered. */
export function RemoveModal({ title, text, confirm, onRemove, onClose }: Props) {
  const { t } = useTranslation();
  const remove = () => {
    onRemove();
    onClose();
  };
  return (
    <Modal title={title} description={text} onClose={onClose}>
      <ModalActions>
        <Button data-first-focus onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button kind="danger" onClick={remove}>
          {confirm}
        </Button>
      </ModalActions>
    </Modal>
  );
}
