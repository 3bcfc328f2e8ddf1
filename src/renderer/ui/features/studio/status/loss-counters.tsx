import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Loss, type LossLevel, lossesOf } from '../../../../state/losses.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { StateLine, TONE_TEXT, type Tone } from '../../../components/state-line.tsx';
import { Tip } from '../../../components/tip.tsx';

const TONES: Record<LossLevel, Tone> = { good: 'good', warn: 'warn', bad: 'bad' };

/** The three loss counters with OBS's words and thresholds; what to do about one is its tooltip. */
export function LossCounters() {
  const { t } = useTranslation();
  const counted = useSnapshots((state) => state.stream?.losses ?? null);
  const losses = useMemo(() => (counted ? lossesOf(counted) : []), [counted]);
  const started = (counted?.frames ?? 0) > 0;
  return (
    <ul aria-label={t('losses.label')} className="grid grid-cols-3 divide-x divide-line">
      {losses.map((loss) => (
        <LossCounter key={loss.kind} loss={loss} started={started} />
      ))}
    </ul>
  );
}

function LossCounter({ loss, started }: { readonly loss: Loss; readonly started: boolean }) {
  const { t } = useTranslation();
  const tone = started ? TONES[loss.level] : 'quiet';
  return (
    <li>
      <Tip text={t(`losses.help.${loss.kind}`)}>
        <button
          type="button"
          data-testid={`loss-${loss.kind}`}
          className="flex w-full cursor-help items-center justify-between gap-3 rounded-lg px-4 py-[1.125rem] text-left -outline-offset-2"
        >
          <span className="min-w-0">
            <span className="block font-medium">{t(`losses.${loss.kind}`)}</span>
            <StateLine tone={tone}>
              {started ? t(`losses.level.${loss.level}`) : t('losses.offAir')}
            </StateLine>
          </span>
          <span className="text-right tabular-nums">
            <span className={`block font-semibold text-base ${started ? TONE_TEXT[tone] : 'text-muted'}`}>
              {started ? `${loss.percent.toFixed(1)} %` : '–'}
            </span>
            <span className="block text-muted text-xs">
              {started ? t('losses.count', { count: loss.count }) : ' '}
            </span>
          </span>
        </button>
      </Tip>
    </li>
  );
}
