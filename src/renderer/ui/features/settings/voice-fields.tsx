import { useTranslation } from 'react-i18next';
import type { TrackingSettings } from '../../../../shared/domain/tracking-settings.ts';
import { openDialog } from '../../../state/dialogs.ts';
import { Button } from '../../components/button.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { FieldGroup, RangeField, SelectField } from './fields.tsx';
import type { TrackingFieldsProps } from './tracking-section.tsx';

type Mode = TrackingSettings['voice']['mode'];
const MODES: readonly Mode[] = ['off', 'auto', 'always'];

/** How much the voice moves the mouth. */
export function VoiceFields({ tracking: { voice }, change }: TrackingFieldsProps) {
  const { t } = useTranslation('tracking');
  const set = (part: Partial<TrackingSettings['voice']>) => change({ voice: { ...voice, ...part } });
  return (
    <FieldGroup title={t('settings.voice')} hint={t('settings.voiceHint')}>
      <div className="grid max-w-md gap-2.5">
        <SelectField
          label={t('settings.voiceUse')}
          value={voice.mode}
          options={MODES.map((mode) => ({ value: mode, label: t(`settings.voiceMode.${mode}`) }))}
          onChange={(mode) => set({ mode: mode as Mode })}
        />
        {voice.mode !== 'off' && (
          <RangeField
            label={t('settings.voiceStrength')}
            value={Math.round(voice.strength * 100)}
            min={0}
            max={200}
            step={5}
            format={(value) => t('tuning.percent', { value })}
            onChange={(percent) => set({ strength: percent / 100 })}
          />
        )}
        <div className="flex flex-wrap items-center gap-3">
          <Button size="small" onClick={() => openDialog({ kind: 'tracking', tab: 'calibrate' })}>
            {t('settings.voiceLearn')}
          </Button>
          <StateLine tone={voice.profile ? 'good' : 'quiet'}>
            {t(`calibration.voice.${voice.profile ? 'known' : 'unknown'}`)}
          </StateLine>
        </div>
      </div>
    </FieldGroup>
  );
}
