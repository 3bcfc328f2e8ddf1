import { Crosshair } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
import { useShortcutAria, useShortcutText } from '../../shortcuts.ts';
import { useCommand } from '../../use-command.ts';
import { useActions } from '../studio/use-actions.ts';
import { CameraField } from './camera-field.tsx';
import { FieldGroup, SettingSwitch } from './fields.tsx';

export function CameraSection() {
  const { t } = useTranslation();
  const run = useCommand();
  const mirror = useSnapshots((state) => state.studio?.settings.mirror ?? false);
  return (
    <div className="divide-y divide-line">
      <FieldGroup title={t('settings.camera.device')} hint={t('settings.camera.private')}>
        <CameraField />
      </FieldGroup>
      <SettingSwitch
        label={t('settings.camera.mirror')}
        hint={t('settings.camera.mirrorHint')}
        checked={mirror}
        onChange={(on) => void run(studioConfigure, { mirror: on })}
      />
      <FieldGroup title={t('settings.camera.neutral')} hint={t('tracking.recentreTip')}>
        <Recentre />
      </FieldGroup>
      <FieldGroup title={t('settings.camera.without')} hint={t('settings.camera.withoutHint')} />
    </div>
  );
}

function Recentre() {
  const { t } = useTranslation();
  const { recentre } = useActions();
  const keys = useShortcutText('recentre');
  return (
    <Button
      icon={<Crosshair aria-hidden className="size-4" />}
      aria-keyshortcuts={useShortcutAria('recentre')}
      onClick={recentre}
    >
      {t('tracking.recentre')}
      {keys !== '' && <kbd className="ml-1 font-sans text-muted text-xs">{keys}</kbd>}
    </Button>
  );
}
