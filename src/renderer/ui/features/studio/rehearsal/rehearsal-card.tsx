import { Headphones, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '../../../../state/notices.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { ProgressBar } from '../../../components/progress-bar.tsx';
import { useActions } from '../use-actions.ts';
import { RehearsalResult } from './rehearsal-result.tsx';
import { verdictOf } from './verdict.ts';

/** The rehearsal that runs, or what the last one of this visit found until it is dismissed. */
export function RehearsalCard() {
  const phase = useSnapshots((state) => state.rehearsal?.phase ?? 'idle');
  const result = useSnapshots((state) => state.rehearsal?.result ?? null);
  // Every snapshot brings the result anew; what counts is what it says.
  const said = JSON.stringify(result);
  const [dismissed, setDismissed] = useState(said);
  useResultSpoken();
  const running = phase === 'running' || phase === 'finishing';
  useEffect(() => {
    if (running) setDismissed('');
  }, [running]);
  if (phase === 'running' || phase === 'finishing') return <Running finishing={phase === 'finishing'} />;
  if (phase !== 'done' || !result || said === dismissed) return null;
  return <Done onDismiss={() => setDismissed(said)} />;
}

function Running({ finishing }: { readonly finishing: boolean }) {
  const { t } = useTranslation();
  const { endRehearsal } = useActions();
  const seconds = useSnapshots((state) => state.rehearsal?.seconds ?? 0);
  const elapsed = useSnapshots((state) =>
    Math.min(state.rehearsal?.elapsed ?? 0, state.rehearsal?.seconds ?? 0),
  );
  return (
    <section
      aria-label={t('rehearsal.running')}
      className="rounded-lg border border-accent/40 bg-accent/8 p-3"
      data-testid="rehearsal"
    >
      <div className="flex items-center gap-2">
        <Headphones aria-hidden className="size-4 shrink-0 text-accent" />
        <p className="font-semibold">{t('rehearsal.running')}</p>
        <p className="ml-auto text-muted text-xs tabular-nums">
          {finishing
            ? t('rehearsal.finishing')
            : t('rehearsal.time', { elapsed: Math.floor(elapsed), seconds: Math.round(seconds) })}
        </p>
      </div>
      <p className="mt-0.5 text-muted text-xs">{t('rehearsal.nobody')}</p>
      <ProgressBar
        label={t('rehearsal.progress')}
        value={finishing ? null : elapsed}
        max={seconds}
        className="my-2.5"
      />
      <Button className="w-full" disabled={finishing} onClick={endRehearsal}>
        {t('rehearsal.stop')}
      </Button>
    </section>
  );
}

function Done({ onDismiss }: { readonly onDismiss: () => void }) {
  const { t } = useTranslation();
  const result = useSnapshots((state) => state.rehearsal?.result ?? null);
  if (!result) return null;
  return (
    <section
      aria-label={t('rehearsal.details')}
      className="relative max-h-[min(18rem,30vh)] overflow-y-auto rounded-lg border border-line bg-raised/60 p-3"
    >
      <RehearsalResult result={result} />
      <IconButton
        label={t('rehearsal.dismiss')}
        icon={<X className="size-4" />}
        className="absolute top-1.5 right-1.5"
        onClick={onDismiss}
      />
    </section>
  );
}

/** Somebody who does not see the card hears how it went. */
function useResultSpoken(): void {
  const { t } = useTranslation();
  const result = useSnapshots((state) => state.rehearsal?.result ?? null);
  const before = useRef(result);
  useEffect(() => {
    if (result && result !== before.current && JSON.stringify(result) !== JSON.stringify(before.current)) {
      announce(t('rehearsal.announce.result', { title: t(`rehearsal.${verdictOf(result)}Title`) }));
    }
    before.current = result;
  }, [result, t]);
}
