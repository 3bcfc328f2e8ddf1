import { RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { TUNED } from '../../../../../shared/domain/tracking-settings.ts';
import { announce } from '../../../../state/notices.ts';
import { Button } from '../../../components/button.tsx';
import { RangeField, SettingSwitch } from '../../settings/fields.tsx';
import { ProfileBar } from '../profile-bar.tsx';
import { useProfile } from '../use-profile.ts';
import { GroupRow } from './group-row.tsx';
import { isTuned, TUNING_GROUPS, TUNING_KEYS } from './tuning-groups.ts';

const PERSON = ['glasses', 'linkedEyes', 'autoBlink'] as const;

/** How strongly, how exactly and how calmly everything moves, for this camera. */
export function TuningPane() {
  const { t } = useTranslation('tracking');
  const { profile, change } = useProfile();
  const { tuning, prediction } = profile;
  const tuned = isTuned(tuning, TUNED);
  return (
    <div className="space-y-3">
      <ProfileBar />
      <section aria-label={t('tuning.person')} className="divide-y divide-line">
        {PERSON.map((each) => (
          <SettingSwitch
            key={each}
            label={t(`tuning.${each}`)}
            hint={t(`tuning.${each}Hint`)}
            checked={profile[each]}
            onChange={(on) => change({ [each]: on })}
          />
        ))}
        <div className="py-3">
          <RangeField
            label={t('tuning.prediction')}
            value={Math.round(prediction * 100)}
            min={0}
            max={100}
            step={5}
            format={(value) => t('tuning.percent', { value })}
            onChange={(percent) => change({ prediction: percent / 100 })}
          />
          <p className="mt-0.5 text-muted text-xs">{t('tuning.predictionHint')}</p>
        </div>
      </section>
      <section aria-label={t('tuning.list')}>
        <p className="text-muted text-xs">{t('tuning.intro')}</p>
        <dl className="mt-1.5 grid gap-x-4 text-muted text-xs sm:grid-cols-2">
          {TUNING_KEYS.map((key) => (
            <div key={key}>
              <dt className="mr-1 inline font-medium text-text">{t(`tuning.key.${key}`)}</dt>
              <dd className="inline">{t(`tuning.hint.${key}`)}</dd>
            </div>
          ))}
        </dl>
        <div
          aria-hidden
          className="mt-3 hidden gap-3 pr-8 pb-1 text-muted text-xs sm:grid sm:grid-cols-[9rem_repeat(4,minmax(0,1fr))]"
        >
          <span />
          {TUNING_KEYS.map((key) => (
            <span key={key}>{t(`tuning.key.${key}`)}</span>
          ))}
        </div>
        <div className="divide-y divide-line border-line border-y">
          {TUNING_GROUPS.map((group) => (
            <GroupRow
              key={group.group}
              {...group}
              tuning={tuning}
              onChange={(next) => change({ tuning: next })}
            />
          ))}
        </div>
        <div className="mt-3 flex items-center gap-3">
          <Button
            size="small"
            icon={<RotateCcw aria-hidden className="size-3.5" />}
            aria-disabled={!tuned}
            onClick={() => {
              if (!tuned) return;
              change({ tuning: {} });
              announce(t('tuning.isDefault'));
            }}
          >
            {t('tuning.resetAll')}
          </Button>
          {!tuned && <span className="text-muted text-xs">{t('tuning.isDefault')}</span>}
        </div>
      </section>
    </div>
  );
}
