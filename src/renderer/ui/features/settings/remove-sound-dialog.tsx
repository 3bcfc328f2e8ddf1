import { useTranslation } from 'react-i18next';
import { type LibrarySnapshot, soundRemove } from '../../../../shared/ipc/library.ts';
import { RemoveModal } from '../../components/remove-modal.tsx';
import { useCommand } from '../../use-command.ts';

interface Props {
  readonly sound: LibrarySnapshot['sounds'][number];
  readonly onClose: () => void;
}

export function RemoveSoundDialog({ sound, onClose }: Props) {
  const { t } = useTranslation();
  const run = useCommand();
  return (
    <RemoveModal
      title={t('settings.audio.soundRemoveTitle', { name: sound.name })}
      text={t('settings.audio.soundRemoveText')}
      confirm={t('avatar.removeDialog.confirm')}
      onRemove={() => void run(soundRemove, { id: sound.id })}
      onClose={onClose}
    />
  );
}
