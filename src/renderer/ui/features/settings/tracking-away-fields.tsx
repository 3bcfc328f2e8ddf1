import { useTranslation } from 'react-i18next';
import { AWAY_POSES, type Away, type AwayPose } from '../../../../shared/domain/tracking-settings.ts';
import { FieldGroup, RangeField, SelectField, SettingSwitch } from './fields.tsx';
import type { TrackingFieldsProps } from './tracking-section.tsx';

const STATES = ['noCamera', 'noFace', 'lowConfidence'] as const;
const CARD_AFTER_S = 30;

/** What the avatar does in each state in which no face drives it, and when viewers see a card instead. */
export function TrackingAwayFields({ tracking, change }: TrackingFieldsProps) {
  const { t } = useTranslation('tracking');
  const { away, beRightBackAfterS } = tracking;
  return (
    <>
      <FieldGroup title={t('settings.away')} hint={t('settings.awayHint')}>
        <div className="grid gap-4">
          {STATES.map((state) => (
            <AwayField
              key={state}
              name={t(`settings.awayState.${state}`)}
              value={away[state]}
              onChange={(next) => change({ away: { ...away, [state]: next } })}
            />
          ))}
        </div>
      </FieldGroup>
      <div className="py-1">
        <SettingSwitch
          label={t('settings.card')}
          hint={t('settings.cardHint')}
          checked={beRightBackAfterS !== null}
          onChange={(on) => change({ beRightBackAfterS: on ? CARD_AFTER_S : null })}
        />
        {beRightBackAfterS !== null && (
          <div className="mb-2">
            <RangeField
              label={t('settings.cardAfter')}
              value={beRightBackAfterS}
              min={3}
              max={600}
              step={1}
              format={(seconds) => t('settings.seconds', { seconds })}
              onChange={(seconds) => change({ beRightBackAfterS: seconds })}
            />
          </div>
        )}
      </div>
    </>
  );
}

interface Props {
  readonly name: string;
  readonly value: Away;
  readonly onChange: (value: Away) => void;
}

function AwayField({ name, value, onChange }: Props) {
  const { t } = useTranslation('tracking');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend would be said twice
    <div
      role="group"
      aria-label={name}
      className="grid items-end gap-x-6 gap-y-2 sm:grid-cols-[13rem_minmax(0,1fr)]"
    >
      <SelectField
        label={name}
        value={value.pose}
        options={AWAY_POSES.map((pose) => ({ value: pose, label: t(`settings.awayPose.${pose}`) }))}
        onChange={(pose) => onChange({ ...value, pose: pose as AwayPose })}
      />
      <div className="grid gap-1">
        <Milliseconds
          label={t('settings.hold')}
          value={value.holdMs}
          max={10_000}
          onChange={(holdMs) => onChange({ ...value, holdMs })}
        />
        <Milliseconds
          label={t('settings.blend')}
          value={value.blendMs}
          max={5000}
          onChange={(blendMs) => onChange({ ...value, blendMs })}
        />
      </div>
    </div>
  );
}

interface MillisecondsProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly onChange: (ms: number) => void;
}

function Milliseconds({ label, value, max, onChange }: MillisecondsProps) {
  const { t } = useTranslation('tracking');
  return (
    <RangeField
      label={label}
      value={value}
      min={0}
      max={max}
      step={100}
      format={(ms) => t('settings.seconds', { seconds: (ms / 1000).toFixed(1) })}
      onChange={onChange}
    />
  );
}
