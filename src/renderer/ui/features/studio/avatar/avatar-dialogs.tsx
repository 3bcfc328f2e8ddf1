import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Reason, toReasonError } from '../../../../../shared/errors.ts';
import { avatarRemove, avatarRename, type LibrarySnapshot } from '../../../../../shared/ipc/library.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Modal, ModalActions } from '../../../components/modal.tsx';
import { Problem } from '../../../components/problem.tsx';
import { TextField } from '../../../components/text-field.tsx';
import { useStudio } from '../../../studio-context.ts';
import { useCommand } from '../../../use-command.ts';

interface Props {
  readonly avatar: LibrarySnapshot['avatars'][number];
  readonly onClose: () => void;
}

export function RenameAvatarDialog({ avatar, onClose }: Props) {
  const { t } = useTranslation();
  const { client } = useStudio();
  const [name, setName] = useState(avatar.name);
  const [missing, setMissing] = useState(false);
  const [refused, setRefused] = useState<Reason | null>(null);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setMissing(name.trim() === '');
    if (name.trim() === '') return;
    try {
      await client.call(avatarRename, { id: avatar.id, name });
      onClose();
    } catch (error) {
      setRefused(toReasonError(error).reason);
    }
  };
  return (
    <Modal title={t('avatar.renameDialog.title')} onClose={onClose}>
      <form onSubmit={(event) => void save(event)} noValidate className="mt-3 space-y-3">
        <TextField
          label={t('avatar.renameDialog.name')}
          value={name}
          maxLength={80}
          autoFocus
          onFocus={(event) => event.target.select()}
          onChange={(event) => setName(event.target.value)}
          error={missing ? t('avatar.renameDialog.missing') : undefined}
        />
        {refused && <Problem reason={refused} />}
        <ModalActions>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" submit>
            {t('avatar.renameDialog.save')}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

/** The one that is shown cannot be removed; the dialog says so instead of failing. */
export function RemoveAvatarDialog({ avatar, onClose }: Props) {
  const { t } = useTranslation();
  const run = useCommand();
  const shown = useSnapshots((state) => state.studio?.settings.avatarId === avatar.id);
  const synced = useSnapshots((state) => Boolean(state.account?.user));
  const text = t('avatar.removeDialog.text');
  const remove = () => {
    void run(avatarRemove, { id: avatar.id });
    onClose();
  };
  return (
    <Modal
      title={t('avatar.removeDialog.title', { name: avatar.name })}
      description={
        shown ? t('avatar.removeDialog.shown') : synced ? `${text} ${t('avatar.removeDialog.account')}` : text
      }
      onClose={onClose}
    >
      <ModalActions>
        <Button data-first-focus onClick={onClose}>
          {t(shown ? 'common.close' : 'common.cancel')}
        </Button>
        {!shown && (
          <Button kind="danger" onClick={remove}>
            {t('avatar.removeDialog.confirm')}
          </Button>
        )}
      </ModalActions>
    </Modal>
  );
}
