import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Modal, ModalActions } from '../../../components/modal.tsx';
import { Problem } from '../../../components/problem.tsx';
import { useSceneActions } from './use-scene-actions.ts';

/** Asks before a scene is deleted; the last one stays, and this says why. */
export function RemoveSceneDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { remove } = useSceneActions();
  const scene = useSnapshots((state) => state.studio?.settings.scenes.find((each) => each.id === id));
  const isLast = useSnapshots((state) => state.studio?.settings.scenes.length === 1);
  const isShown = useSnapshots((state) => state.studio?.settings.sceneId === id);
  useEffect(() => {
    if (!scene) onClose();
  }, [scene, onClose]);
  if (!scene) return null;
  const confirm = () => {
    remove(scene);
    onClose();
  };
  return (
    <Modal
      title={t('scenes.removeDialog.title', { name: scene.name })}
      description={t('scenes.removeDialog.text')}
      onClose={onClose}
    >
      {isLast && <Problem reason="scene.last" tone="warn" />}
      {isShown && !isLast && <p className="text-muted">{t('scenes.removeDialog.shown')}</p>}
      <ModalActions>
        <Button data-first-focus onClick={onClose}>
          {t('common.cancel')}
        </Button>
        {!isLast && (
          <Button kind="danger" onClick={confirm}>
            {t('scenes.removeDialog.confirm')}
          </Button>
        )}
      </ModalActions>
    </Modal>
  );
}
