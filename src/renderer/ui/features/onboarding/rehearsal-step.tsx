import { Headphones, Play } from 'lucide-react';
import { type RefObject, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '../../../state/notices.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { RehearsalResult } from '../studio/rehearsal/rehearsal-result.tsx';
import { useActions, useGoLiveCheck } from '../studio/use-actions.ts';
import { rehearsalClock } from './steps.ts';

/** How far round the ring is, in its own units. */
const ROUND = 2 * Math.PI * 44;

/** The whole chain to this computer only: begun here, watched here, graded here. */
export function RehearsalStep() {
  const { t } = useTranslation();
  const { rehearse } = useActions();
  const check = useGoLiveCheck();
  const phase = useSnapshots((state) => state.rehearsal?.phase ?? 'idle');
  const result = useSnapshots((state) => state.rehearsal?.result ?? null);
  const onAir = useSnapshots(
    ({ stream }) => stream !== null && stream.phase !== 'idle' && stream.kind !== 'rehearsal',
  );
  const running = phase === 'running' || phase === 'finishing';
  const outcome = useOutcomeFocused(running);
  useEndedWhenLeft(running);

  if (running) return <Running finishing={phase === 'finishing'} />;
  const blocked = !check.ok && (check.why === 'not-ready' || check.why === 'offline') ? check.why : null;
  return (
    <div ref={outcome} tabIndex={-1} className="grid gap-4 outline-none">
      {result && (
        <div className="rounded-lg border border-line bg-raised/60 p-3">
          <RehearsalResult result={result} />
        </div>
      )}
      {onAir ? (
        <StateLine tone="warn">{t('onboarding.rehearsal.onAir')}</StateLine>
      ) : (
        blocked && <StateLine tone="busy">{t(`broadcast.blocked.${blocked}`, { name: '' })}</StateLine>
      )}
      <Button
        kind={result ? 'quiet' : 'primary'}
        size={result ? 'normal' : 'large'}
        className="justify-self-start"
        icon={<Play aria-hidden className="size-4 fill-current" />}
        aria-disabled={blocked !== null || onAir}
        onClick={() => blocked === null && !onAir && rehearse()}
      >
        {t(result ? 'onboarding.rehearsal.again' : 'onboarding.rehearsal.begin')}
      </Button>
    </div>
  );
}

function Running({ finishing }: { readonly finishing: boolean }) {
  const { t } = useTranslation();
  const { endRehearsal } = useActions();
  const end = useRef<HTMLButtonElement>(null);
  const seconds = useSnapshots((state) => state.rehearsal?.seconds ?? 0);
  const elapsed = useSnapshots((state) => state.rehearsal?.elapsed ?? 0);
  const { left, share } = rehearsalClock(seconds, finishing ? seconds : elapsed);
  // The button that was pressed is gone; the focus must not be.
  useEffect(() => end.current?.focus(), []);
  return (
    <div className="grid justify-items-center gap-4 py-2 text-center" data-testid="rehearsing">
      <div
        role="progressbar"
        aria-label={t('rehearsal.progress')}
        aria-valuemin={0}
        aria-valuemax={Math.round(seconds)}
        aria-valuenow={Math.round(share * seconds)}
        aria-valuetext={
          finishing ? t('rehearsal.finishing') : t('onboarding.rehearsal.left', { seconds: left })
        }
        className="relative grid size-36 place-items-center"
      >
        <svg aria-hidden="true" viewBox="0 0 100 100" className="-rotate-90 absolute inset-0">
          <circle cx="50" cy="50" r="44" fill="none" strokeWidth="7" className="stroke-hover" />
          <circle
            cx="50"
            cy="50"
            r="44"
            fill="none"
            strokeWidth="7"
            strokeLinecap="round"
            strokeDasharray={ROUND}
            strokeDashoffset={ROUND * (1 - share)}
            className="stroke-accent transition-[stroke-dashoffset] duration-500"
          />
        </svg>
        <span className="font-semibold text-2xl tabular-nums">
          {finishing ? <Headphones aria-hidden className="size-9 animate-breathe text-accent" /> : left}
        </span>
      </div>
      <div>
        <p className="font-semibold text-base">
          {t(finishing ? 'rehearsal.finishing' : 'onboarding.rehearsal.now')}
        </p>
        <p className="mt-0.5 text-muted">{t('rehearsal.nobody')}</p>
      </div>
      <Button ref={end} aria-disabled={finishing} onClick={() => !finishing && endRehearsal()}>
        {t('rehearsal.stop')}
      </Button>
    </div>
  );
}

/** What had the focus while it ran is gone afterwards; the outcome takes it over. */
function useOutcomeFocused(running: boolean): RefObject<HTMLDivElement | null> {
  const outcome = useRef<HTMLDivElement>(null);
  const before = useRef(running);
  useEffect(() => {
    if (before.current && !running) outcome.current?.focus();
    before.current = running;
  }, [running]);
  return outcome;
}

/** Going back, on or away ends what was begun here. */
function useEndedWhenLeft(running: boolean): void {
  const { t } = useTranslation();
  const { endRehearsal } = useActions();
  const now = useRef(running);
  useEffect(() => {
    if (running && !now.current) announce(t('rehearsal.announce.live'));
    now.current = running;
  }, [running, t]);
  useEffect(
    () => () => {
      if (now.current) endRehearsal();
    },
    [endRehearsal],
  );
}
