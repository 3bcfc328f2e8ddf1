import { useTranslation } from 'react-i18next';
import { type Destination, destinationsRemove } from '../../../../../shared/ipc/destinations.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { RemoveModal } from '../../../components/remove-modal.tsx';
import { useCommand } from '../../../use-command.ts';

interface Props {
  readonly destination: Destination;
  readonly onClose: () => void;
}

export function RemoveDialog({ destination, onClose }: Props) {
  const { t } = useTranslation();
  const run = useCommand();
  const synced = useSnapshots((state) => Boolean(state.account?.user));
  const text = t('destinations.removeDialog.text');
  return (
    <RemoveModal
      title={t('destinations.removeDialog.title', { name: destination.name })}
      text={synced ? `${text} ${t('destinations.removeDialog.account')}` : text}
      confirm={t('destinations.removeDialog.confirm')}
      onRemove={() => void run(destinationsRemove, { id: destination.id })}
      onClose={onClose}
    />
  );
}
