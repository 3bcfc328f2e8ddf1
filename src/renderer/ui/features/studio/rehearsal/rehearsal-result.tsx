import { useTranslation } from 'react-i18next';
import { Problem } from '../../../components/problem.tsx';
import { StateLine, type Tone, ToneIcon } from '../../../components/state-line.tsx';
import { type RehearsalOutcome, type Verdict, verdictOf } from './verdict.ts';

const TONES: Record<Verdict, Tone> = { good: 'good', fair: 'warn', bad: 'bad' };

/** Whole numbers but for small ones. */
function shown(value: number): string {
  return Math.abs(value) < 10 ? String(Math.round(value * 10) / 10) : value.toFixed(0);
}

/** What a rehearsal found, in words: what is weak with what to do about it, what is good in one line. */
export function RehearsalResult({ result }: { readonly result: RehearsalOutcome }) {
  const { t } = useTranslation();
  const verdict = verdictOf(result);
  const weak = result.grades.filter(({ grade }) => grade !== 'good');
  const strong = result.grades.filter(({ grade }) => grade === 'good');
  return (
    <div data-testid="rehearsal-result">
      <p className="flex items-center gap-2 pr-7 font-semibold text-sm">
        <ToneIcon tone={TONES[verdict]} className="size-4" />
        {t(`rehearsal.${verdict}Title`)}
      </p>
      {result.reason ? (
        <Problem reason={result.reason} className="mt-2" />
      ) : (
        <p className="mt-0.5 text-muted text-xs">
          {t('rehearsal.summary', { frames: result.frames, seconds: Math.round(result.seconds) })}
        </p>
      )}
      <ul className="mt-2 space-y-1.5 text-xs empty:hidden">
        {weak.map(({ stage, grade, measured, expected }) => (
          <li key={stage}>
            <p className="flex items-center justify-between gap-3">
              <span className="font-medium">{t(`rehearsal.stage.${stage}`)}</span>
              <StateLine tone={TONES[grade]}>{t(`rehearsal.grade.${grade}`)}</StateLine>
            </p>
            <p className="text-muted">
              {t(`rehearsal.words.${stage}.${grade}`)}
              {measured !== null && expected !== null && (
                <>
                  {' '}
                  {t(`rehearsal.numbers.${stage}`, { measured: shown(measured), expected: shown(expected) })}
                </>
              )}
            </p>
          </li>
        ))}
        {strong.length > 0 && (
          <li className="flex items-start justify-between gap-3">
            <span className="min-w-0 text-muted">
              {strong.map(({ stage }) => t(`rehearsal.stage.${stage}`)).join(' · ')}
            </span>
            <StateLine tone="good" className="shrink-0">
              {t('rehearsal.grade.good')}
            </StateLine>
          </li>
        )}
      </ul>
    </div>
  );
}
