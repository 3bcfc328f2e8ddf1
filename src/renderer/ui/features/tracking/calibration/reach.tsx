import { useTranslation } from 'react-i18next';
import { ARKIT_INDEX, type ArkitChannel } from '../../../../../shared/domain/arkit.ts';
import type { Ranges } from '../../../../../shared/domain/tracking-settings.ts';

const SHOWN = {
  smile: ['mouthSmileLeft', 'mouthSmileRight'],
  open: ['jawOpen'],
  pucker: ['mouthPucker'],
  brows: ['browInnerUp'],
  blink: ['eyeBlinkLeft', 'eyeBlinkRight'],
} as const satisfies Record<string, readonly ArkitChannel[]>;

/** What the expression fit has found, for the expressions one knows by name. */
export function Reach({ ranges }: { readonly ranges: Ranges }) {
  const { t } = useTranslation('tracking');
  return (
    <div className="py-3">
      <h4 className="font-medium text-xs">{t('calibration.reach')}</h4>
      <p className="text-muted text-xs">{t('calibration.reachHint')}</p>
      <dl className="mt-2 grid gap-x-6 gap-y-1.5 sm:grid-cols-2">
        {(Object.keys(SHOWN) as (keyof typeof SHOWN)[]).map((each) => {
          const reached = Math.max(...SHOWN[each].map((name) => ranges.top[ARKIT_INDEX[name]] ?? 1));
          return (
            <div key={each} className="grid grid-cols-[7rem_1fr_2.75rem] items-center gap-2 text-xs">
              <dt className="text-muted">{t(`calibration.reachOf.${each}`)}</dt>
              <dd aria-hidden className="h-1.5 overflow-hidden rounded-full bg-hover">
                <span
                  className="block h-full origin-left bg-accent"
                  style={{ transform: `scaleX(${reached})` }}
                />
              </dd>
              <dd className="text-right tabular-nums">
                {t('calibration.reaches', { percent: Math.round(reached * 100) })}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}
