import { useTranslation } from 'react-i18next';
import { NO_GOVERNOR } from '../../../../shared/domain/report.ts';
import { usePipelineStatus } from '../../../state/pipeline-status.ts';
import { StateLine } from '../../components/state-line.tsx';
import { useGivenUp } from '../tracking/given-up.ts';
import { SettingSwitch } from './fields.tsx';
import type { TrackingFieldsProps } from './tracking-section.tsx';

const SHOWN = 4;

/** The load governor and what it did, in its own words. */
export function TrackingGovernorField({ tracking, change }: TrackingFieldsProps) {
  const { t } = useTranslation('tracking');
  const steps = usePipelineStatus((state) => (state.report?.governor ?? NO_GOVERNOR).steps);
  const givenUp = useGivenUp();
  return (
    <div className="py-1">
      <SettingSwitch
        label={t('settings.governor')}
        hint={t('settings.governorHint')}
        checked={tracking.governor}
        onChange={(governor) => change({ governor })}
      />
      {tracking.governor && (
        <div className="pb-3">
          <StateLine tone={givenUp ? 'warn' : 'good'}>{givenUp ?? t('settings.nothingGiven')}</StateLine>
          {steps.length > 0 && (
            <ul aria-label={t('settings.steps')} className="mt-1.5 space-y-0.5 text-muted text-xs">
              {steps
                .slice(-SHOWN)
                .reverse()
                .map(({ at, step, why }) => (
                  <li key={`${at} ${step}`}>{why}</li>
                ))}
            </ul>
          )}
        </div>
      )}
    </div>
  );
}
