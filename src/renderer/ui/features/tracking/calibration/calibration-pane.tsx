import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { assertNever } from '../../../../../shared/assert-never.ts';
import { describeReason } from '../../../../../shared/errors.ts';
import type { CalibrationEvent } from '../../../../pipeline/inspection.ts';
import { useCalibration } from '../../../../state/calibration.ts';
import { announce } from '../../../../state/notices.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { ProfileBar } from '../profile-bar.tsx';
import { type TrackingPort, useTrackingPort } from '../tracking-port.ts';
import { useProfile } from '../use-profile.ts';
import { Reach } from './reach.tsx';
import { RunningView } from './running-view.tsx';
import { useStepWords } from './step-words.ts';

type Kind = CalibrationEvent['kind'];
type Ended = Exclude<CalibrationEvent, { state: 'running' }>;

const BEGIN: Record<Kind, (port: TrackingPort) => void> = {
  neutral: (port) => port.calibrate(),
  fit: (port) => port.beginFit(),
  voice: (port) => port.beginVoiceCalibration(),
};

/** What can be learnt of a person, one at a time. */
export function CalibrationPane() {
  const port = useTrackingPort();
  const event = useCalibration((state) => state.event);
  const running = event?.state === 'running' ? event : null;
  const { profile } = useProfile();
  const voice = useSnapshots((state) => (state.studio?.settings.tracking.voice.profile ?? null) !== null);
  const seen = usePipelineStatus(
    ({ report }) => report?.tracking.source === 'camera' && report.camera.state === 'running',
  );
  const heard = usePipelineStatus(({ report }) => report?.microphone.state === 'running');
  /** What ended while this was open; what ended before is not told again. */
  const [ended, setEnded] = useState<Ended | null>(null);
  const first = useRef(event);
  useEffect(() => {
    if (event === first.current || event === null) return;
    setEnded(event.state === 'running' ? null : event);
  }, [event]);
  useStepsSpoken();
  // Whoever leaves does not go on with it.
  useEffect(
    () => () => {
      if (useCalibration.getState().event?.state === 'running') port.cancelCalibration();
    },
    [port],
  );

  if (running) return <RunningView running={running} />;
  const card = (kind: Kind, known: boolean, ready: boolean) => (
    <Card
      kind={kind}
      known={known}
      ready={ready}
      ended={ended?.kind === kind ? ended : null}
      onBegin={() => BEGIN[kind](port)}
    />
  );
  return (
    <div className="space-y-3">
      <ProfileBar />
      <div className="divide-y divide-line">
        {card('neutral', profile.neutral !== null, seen)}
        {card('fit', profile.ranges !== null, seen)}
        {profile.ranges && <Reach ranges={profile.ranges} />}
        {card('voice', voice, heard)}
      </div>
    </div>
  );
}

interface CardProps {
  readonly kind: Kind;
  readonly known: boolean;
  readonly ready: boolean;
  readonly ended: Ended | null;
  readonly onBegin: () => void;
}

function Card({ kind, known, ready, ended, onBegin }: CardProps) {
  const { t } = useTranslation('tracking');
  const begin = useRef<HTMLButtonElement>(null);
  // What had the focus while it ran is gone; its outcome stands beside the button that began it.
  useEffect(() => {
    if (ended) begin.current?.focus();
  }, [ended]);
  const why = ready ? null : t(kind === 'voice' ? 'calibration.needsMicrophone' : 'calibration.needsCamera');
  return (
    <section aria-label={t(`calibration.${kind}.title`)} className="py-3.5">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div className="min-w-0 flex-1 basis-72">
          <h3 className="flex flex-wrap items-center gap-x-3 font-semibold">
            {t(`calibration.${kind}.title`)}
            <StateLine tone={known ? 'good' : 'quiet'}>
              {t(`calibration.${kind}.${known ? 'known' : 'unknown'}`)}
            </StateLine>
          </h3>
          <p className="mt-0.5 text-muted text-xs">{t(`calibration.${kind}.text`)}</p>
        </div>
        <Button
          ref={begin}
          kind={known ? 'quiet' : 'primary'}
          aria-disabled={!ready}
          onClick={() => ready && onBegin()}
        >
          {t(`calibration.${kind}.${known ? 'again' : 'start'}`)}
        </Button>
      </div>
      {why && <p className="mt-1.5 text-warn text-xs">{why}</p>}
      {ended && (
        <div className="mt-1.5">
          <Outcome ended={ended} />
        </div>
      )}
    </section>
  );
}

function Outcome({ ended }: { readonly ended: Ended }) {
  const { t } = useTranslation('tracking');
  switch (ended.state) {
    case 'done':
      return <StateLine tone="good">{t(`calibration.${ended.kind}.done`)}</StateLine>;
    case 'cancelled':
      return <StateLine tone="quiet">{t('calibration.cancelled')}</StateLine>;
    case 'failed':
      return <StateLine tone="bad">{t(`calibration.failed.${ended.kind}`)}</StateLine>;
    case 'refused':
      return <Problem reason={ended.reason} title={t('calibration.refused')} />;
    default:
      return assertNever(ended);
  }
}

/** Every step and every end is spoken: nobody looks at the screen with the eyes closed. */
function useStepsSpoken(): void {
  const { t } = useTranslation('tracking');
  const words = useStepWords();
  const said = useRef('');
  const event = useCalibration((state) => state.event);
  const heard = useRef(event);
  useEffect(() => {
    if (event === heard.current || event === null || event.kind === 'neutral') return;
    heard.current = event;
    let text: string;
    if (event.state === 'running') {
      const step = words(event);
      text = `${step.title}. ${step.text}`;
    } else if (event.state === 'done') text = t(`calibration.${event.kind}.done`);
    else if (event.state === 'failed') text = t(`calibration.failed.${event.kind}`);
    else if (event.state === 'refused')
      text = `${t('calibration.refused')} ${describeReason(event.reason).what}`;
    else text = t('calibration.cancelled');
    if (text === said.current) return;
    said.current = text;
    announce(text);
  }, [event, words, t]);
}
