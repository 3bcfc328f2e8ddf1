import { Eye, EyeOff, KeyRound } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Reason, toReasonError } from '../../../../../shared/errors.ts';
import { type Destination, destinationsSave } from '../../../../../shared/ipc/destinations.ts';
import { useSession } from '../../../../state/session.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { Modal, ModalActions } from '../../../components/modal.tsx';
import { Problem } from '../../../components/problem.tsx';
import { TextField } from '../../../components/text-field.tsx';
import { Tick } from '../../../components/tick.tsx';
import { WebAddress } from '../../../components/web-address.tsx';
import { useStudio } from '../../../studio-context.ts';
import { SelectField } from '../../settings/fields.tsx';
import { addressOf, type Draft, draftOf, draftProblems, OTHER, withService } from './draft.ts';
import { ServerField } from './server-field.tsx';
import { useTick } from './use-ticks.ts';

interface Props {
  /** Null: a new one. */
  readonly destination: Destination | null;
  readonly onClose: () => void;
}

/** Adds or edits a destination. The key goes from here to main and never comes back. */
export function DestinationDialog({ destination, onClose }: Props) {
  const { t } = useTranslation();
  const { client } = useStudio();
  const tick = useTick();
  const secrets = useSession((state) => state.hello?.secrets ?? 'keyring');
  const services = useSnapshots((state) => state.services);
  const [draft, setDraft] = useState<Draft>(() => draftOf(destination, services));
  const [keyShown, setKeyShown] = useState(false);
  const [checked, setChecked] = useState(false);
  const [saving, setSaving] = useState(false);
  const [refused, setRefused] = useState<Reason | null>(null);
  const change = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  const problems = draftProblems(draft, destination?.hasKey ?? false, services);
  const service = services.find(({ id }) => id === draft.service);
  const shown = checked ? problems : {};

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (Object.keys(problems).length > 0 || saving) return;
    setSaving(true);
    setRefused(null);
    try {
      const { name, isDefault } = draft;
      const url = addressOf(draft, services);
      const key = draft.key.trim() || undefined;
      const saved = await client.call(destinationsSave, { id: destination?.id, name, url, key, isDefault });
      if (!destination) tick(saved.id, true);
      onClose();
    } catch (error) {
      setRefused(toReasonError(error).reason);
      setSaving(false);
    }
  };

  return (
    <Modal
      title={t(destination ? 'destinations.dialog.editTitle' : 'destinations.dialog.addTitle')}
      description={t('destinations.dialog.intro')}
      onClose={onClose}
    >
      <form onSubmit={(event) => void save(event)} noValidate className="space-y-3.5">
        <div className="grid gap-3.5 sm:grid-cols-2">
          <SelectField
            label={t('destinations.dialog.service')}
            value={draft.service}
            options={[
              ...services
                .filter(({ id }) => id !== OTHER)
                .map(({ id, name }) => ({ value: id, label: name })),
              { value: OTHER, label: t('destinations.dialog.other') },
            ]}
            onChange={(id) => setDraft((old) => withService(old, id, services))}
            firstFocus
          />
          <TextField
            label={t('destinations.dialog.name')}
            placeholder={t('destinations.dialog.namePlaceholder')}
            value={draft.name}
            maxLength={80}
            onChange={(event) => change({ name: event.target.value })}
            error={shown.name && t(`destinations.dialog.name${shown.name === 'unfit' ? 'Unfit' : 'Missing'}`)}
          />
        </div>
        <ServerField draft={draft} services={services} wrong={shown.url ?? false} onChange={change} />
        <TextField
          label={t('destinations.dialog.key')}
          type={keyShown ? 'text' : 'password'}
          value={draft.key}
          maxLength={1024}
          onChange={(event) => change({ key: event.target.value })}
          hint={t(destination?.hasKey ? 'destinations.dialog.keySaved' : 'destinations.dialog.keyHint')}
          error={shown.key && t('destinations.dialog.keyMissing')}
          trailing={
            <IconButton
              label={t(keyShown ? 'destinations.dialog.hideKey' : 'destinations.dialog.showKey')}
              icon={keyShown ? <EyeOff className="size-4" /> : <Eye className="size-4" />}
              disabled={draft.key === ''}
              onClick={() => setKeyShown(!keyShown)}
            />
          }
        />
        {service?.keyPage && (
          <p className="text-muted text-xs">
            {t('destinations.dialog.keyPage')}{' '}
            <WebAddress url={service.keyPage} className="select-all font-mono text-text" />
          </p>
        )}
        <Tick checked={draft.isDefault} onChange={(isDefault) => change({ isDefault })}>
          {t('destinations.dialog.default')}
        </Tick>
        {secrets !== 'keyring' && (
          <p className="flex gap-2 text-muted text-xs">
            <KeyRound aria-hidden className="mt-px size-3.5 shrink-0" />
            {t(secrets === 'file' ? 'destinations.dialog.fileSecrets' : 'secrets.basicText')}
          </p>
        )}
        {refused && <Problem reason={refused} />}
        <ModalActions>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" submit aria-busy={saving}>
            {t('destinations.dialog.save')}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
