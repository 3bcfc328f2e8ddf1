import { useTranslation } from 'react-i18next';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { useCommand } from '../../use-command.ts';
import { AudioChainFields } from './audio-chain-fields.tsx';
import { FieldGroup, SettingSwitch } from './fields.tsx';
import { MicrophoneField } from './microphone-field.tsx';
import { SecondSourceField } from './second-source-field.tsx';

export function AudioSection() {
  const { t } = useTranslation();
  const run = useCommand();
  const startMuted = useSnapshots((state) => state.studio?.settings.startMuted ?? false);
  return (
    <div className="divide-y divide-line">
      <FieldGroup title={t('settings.audio.device')} hint={t('settings.audio.hint')}>
        <MicrophoneField />
      </FieldGroup>
      <SettingSwitch
        label={t('settings.audio.startMuted')}
        hint={t('settings.audio.startMutedHint')}
        checked={startMuted}
        onChange={(on) => void run(studioConfigure, { startMuted: on })}
      />
      <AudioChainFields />
      <FieldGroup title={t('settings.audio.second')} hint={t('settings.audio.secondHint')}>
        <SecondSourceField />
      </FieldGroup>
    </div>
  );
}
