import { useTranslation } from 'react-i18next';
import { useSnapshots } from '../../../state/snapshots.ts';
import { MicrophoneField } from '../settings/microphone-field.tsx';

export function MicrophoneStep() {
  const { t } = useTranslation();
  const off = useSnapshots((state) => state.studio?.settings.microphone === 'none');
  return (
    <div className="grid gap-3">
      <MicrophoneField />
      <p className="text-muted">{t(off ? 'onboarding.microphone.off' : 'onboarding.microphone.speak')}</p>
    </div>
  );
}
