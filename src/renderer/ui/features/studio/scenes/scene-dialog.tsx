import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Scene } from '../../../../../shared/domain/scene.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { TextField } from '../../../components/text-field.tsx';
import { ChoiceCards } from '../../settings/choice-cards.tsx';
import { FieldGroup, SettingSwitch } from '../../settings/fields.tsx';
import { PanelBody, PanelDialog } from '../../settings/panel-dialog.tsx';
import { CaptureSourceRow } from '../capture/capture-source.tsx';
import { BackgroundField } from './background-field.tsx';
import { NewSceneDialog } from './new-scene-dialog.tsx';
import { OverlayFields } from './overlay-fields.tsx';
import { PlacementChoice } from './placement-choice.tsx';
import { useSceneActions } from './use-scene-actions.ts';
import { useSceneDraft } from './use-scene-draft.ts';

interface Props {
  /** Null: a new one. */
  readonly id: string | null;
  readonly onClose: () => void;
}

/** What is in a scene, saved at once; a new one is named first. */
export function SceneDialog({ id, onClose }: Props) {
  const [added, setAdded] = useState<string | null>(null);
  const wanted = added ?? id;
  const scene = useSnapshots((state) => state.studio?.settings.scenes.find((each) => each.id === wanted));
  const isGone = wanted !== null && !scene;
  useEffect(() => {
    if (isGone) onClose();
  }, [isGone, onClose]);
  if (wanted === null) return <NewSceneDialog onAdded={setAdded} onClose={onClose} />;
  return scene ? <EditSceneDialog key={scene.id} scene={scene} onClose={onClose} /> : null;
}

function EditSceneDialog({ scene, onClose }: { readonly scene: Scene; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [draft, change] = useSceneDraft(scene);
  const shape = useSnapshots((state) => {
    const { width, height } = state.studio?.settings.picture ?? { width: 16, height: 9 };
    return width / height;
  });
  const { avatar, capture } = draft;
  return (
    <PanelDialog
      place="side"
      title={t('scenes.dialog.editTitle', { name: scene.name })}
      onClose={onClose}
      footer={
        <>
          <span className="mr-auto text-muted text-xs">{t('scenes.dialog.saved')}</span>
          <Button kind="primary" onClick={onClose}>
            {t('scenes.dialog.done')}
          </Button>
        </>
      }
    >
      <PanelBody className="divide-y divide-line">
        <div className="grid gap-3.5 pb-4">
          <NotShown scene={scene} />
          <SceneName scene={draft} onChange={(name) => change({ name })} />
          <BackgroundField value={draft.background} onChange={(background) => change({ background })} />
        </div>
        <FieldGroup title={t('scenes.dialog.avatar')} hint={t('scenes.dialog.avatarHint')}>
          <SettingSwitch
            label={t('scenes.dialog.avatarShown')}
            checked={avatar.shown}
            onChange={(shown) => change({ avatar: { ...avatar, shown } })}
          />
          {avatar.shown && (
            <PlacementChoice
              placement={avatar.placement}
              shape={shape}
              onChange={(placement) => change({ avatar: { ...avatar, placement } })}
            />
          )}
        </FieldGroup>
        <FieldGroup title={t('scenes.dialog.capture')}>
          <SettingSwitch
            label={t('scenes.dialog.captureShown')}
            checked={capture.shown}
            onChange={(shown) => change({ capture: { ...capture, shown } })}
          />
          {capture.shown && (
            <div className="grid gap-3">
              <CaptureSourceRow />
              <ChoiceCards
                label={t('scenes.dialog.fit')}
                value={capture.fit}
                options={(['contain', 'cover'] as const).map((value) => ({
                  value,
                  label: t(`scenes.dialog.${value}`),
                }))}
                onChange={(fit) => change({ capture: { ...capture, fit } })}
              />
            </div>
          )}
        </FieldGroup>
        <FieldGroup title={t('scenes.dialog.overlay')} hint={t('scenes.dialog.overlayHint')}>
          <OverlayFields overlay={draft.overlay} shape={shape} onChange={(overlay) => change({ overlay })} />
        </FieldGroup>
      </PanelBody>
    </PanelDialog>
  );
}

/** An empty name is not saved: the field says so until there is one. */
function SceneName({
  scene,
  onChange,
}: {
  readonly scene: Scene;
  readonly onChange: (name: string) => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(scene.name);
  return (
    <TextField
      label={t('scenes.dialog.name')}
      value={typed}
      maxLength={60}
      error={typed.trim() === '' ? t('scenes.dialog.nameMissing') : undefined}
      onChange={(event) => {
        setTyped(event.target.value);
        const name = event.target.value.trim();
        if (name !== '') onChange(name);
      }}
    />
  );
}

function NotShown({ scene }: { readonly scene: Scene }) {
  const { t } = useTranslation();
  const { select } = useSceneActions();
  const isShown = useSnapshots((state) => state.studio?.settings.sceneId === scene.id);
  if (isShown) return null;
  return (
    <p className="flex items-center justify-between gap-3 rounded-lg bg-raised py-1.5 pr-1.5 pl-3 text-muted text-xs">
      {t('scenes.dialog.notShown')}
      <Button size="small" onClick={() => select(scene)}>
        {t('scenes.dialog.showIt')}
      </Button>
    </p>
  );
}
