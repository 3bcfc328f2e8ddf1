import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DEFAULT_SCENES, type Scene } from '../../../../../shared/domain/scene.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Modal, ModalActions } from '../../../components/modal.tsx';
import { TextField } from '../../../components/text-field.tsx';
import { ChoiceCards } from '../../settings/choice-cards.tsx';
import { useShownScene } from '../use-scene-edit.ts';
import { freeName } from './scene-list.ts';
import { SceneThumbnail } from './scene-thumbnail.tsx';
import { useSceneActions } from './use-scene-actions.ts';

const STARTS = ['like', 'me', 'screen', 'break'] as const;
type Start = (typeof STARTS)[number];

interface Props {
  readonly onAdded: (id: string) => void;
  readonly onClose: () => void;
}

/** Names a new scene and says what it begins with; what is in it is edited right after. */
export function NewSceneDialog({ onAdded, onClose }: Props) {
  const { t } = useTranslation();
  const { add } = useSceneActions();
  const shown = useShownScene();
  const scenes = useSnapshots((state) => state.studio?.settings.scenes) ?? [];
  const library = useSnapshots((state) => state.library);
  const [name, setName] = useState(() => freeName(t('scenes.dialog.newName'), scenes));
  const [start, setStart] = useState<Start>('like');
  const [asked, setAsked] = useState(false);
  const beginning = (from: Start): Scene | null =>
    from === 'like' ? shown : (DEFAULT_SCENES[STARTS.indexOf(from) - 1] ?? null);

  const create = async (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    const from = beginning(start);
    if (!from || name.trim() === '') return;
    const { id: _id, ...rest } = from;
    const saved = await add({ ...rest, name: name.trim() });
    if (saved) onAdded(saved.id);
  };

  return (
    <Modal title={t('scenes.dialog.newTitle')} description={t('scenes.dialog.newText')} onClose={onClose}>
      <form noValidate onSubmit={(event) => void create(event)} className="grid gap-4">
        <TextField
          label={t('scenes.dialog.name')}
          value={name}
          maxLength={60}
          autoFocus
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setName(event.target.value)}
          error={asked && name.trim() === '' ? t('scenes.dialog.nameMissing') : undefined}
        />
        <div>
          <p className="mb-1.5 font-medium">{t('scenes.dialog.from')}</p>
          <ChoiceCards
            label={t('scenes.dialog.from')}
            value={start}
            className="grid grid-cols-2"
            options={STARTS.map((value) => {
              const scene = beginning(value);
              return {
                value,
                label: t(`scenes.dialog.${value}`),
                picture: scene && (
                  <SceneThumbnail scene={scene} library={library} shape={16 / 9} className="w-24" />
                ),
              };
            })}
            onChange={setStart}
          />
        </div>
        <ModalActions>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" submit>
            {t('scenes.dialog.create')}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
