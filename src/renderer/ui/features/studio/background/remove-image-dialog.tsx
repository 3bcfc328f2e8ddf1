import { useTranslation } from 'react-i18next';
import { imageRemove, type LibrarySnapshot } from '../../../../../shared/ipc/library.ts';
import { RemoveModal } from '../../../components/remove-modal.tsx';
import { useCommand } from '../../../use-command.ts';

interface Props {
  readonly image: LibrarySnapshot['images'][number];
  readonly onClose: () => void;
}

/** Main refuses it while a scene shows the picture, and says so. */
export function RemoveImageDialog({ image, onClose }: Props) {
  const { t } = useTranslation();
  const run = useCommand();
  return (
    <RemoveModal
      title={t('background.removeDialog.title', { name: image.name })}
      text={t('background.removeDialog.text')}
      confirm={t('background.removeDialog.confirm')}
      onRemove={() => void run(imageRemove, { id: image.id })}
      onClose={onClose}
    />
  );
}
