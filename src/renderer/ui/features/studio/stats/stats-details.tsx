import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Loss, type LossLevel, lossesOf } from '../../../../state/losses.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useRecent } from '../../../../state/recent.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { StateLine, TONE_TEXT, type Tone } from '../../../components/state-line.tsx';
import { megabits, percentText } from './numbers.ts';

const LOSS_TONES: Record<LossLevel, Tone> = { good: 'good', warn: 'warn', bad: 'bad' };

/** All numbers of the programme and the broadcast, each with what it means. */
export function StatsDetails() {
  const { t } = useTranslation();
  const restarts = useSnapshots((state) => state.stream?.media.restarts ?? 0);
  return (
    <>
      <Losses />
      <dl className="grid @2xl:grid-cols-3 @sm:grid-cols-2 border-line border-t py-1">
        <FrameRate />
        <DrawTime />
        <EncodeTime />
        <Delay />
        <Sent />
        <Queue />
      </dl>
      {restarts > 0 && (
        <p className="border-line border-t px-3.5 py-2 text-warn text-xs">
          {t('status.restarts', { count: restarts })}
        </p>
      )}
    </>
  );
}

function Losses() {
  const { t } = useTranslation();
  const counted = useSnapshots((state) => state.stream?.losses ?? null);
  const started = (counted?.frames ?? 0) > 0;
  return (
    <ul aria-label={t('losses.label')} className="grid @lg:grid-cols-3 @lg:divide-x divide-line">
      {(counted ? lossesOf(counted) : []).map((loss) => (
        <LossCounter key={loss.kind} loss={loss} started={started} />
      ))}
    </ul>
  );
}

function LossCounter({ loss, started }: { readonly loss: Loss; readonly started: boolean }) {
  const { t } = useTranslation();
  const tone = started ? LOSS_TONES[loss.level] : 'quiet';
  return (
    <li
      data-testid={`loss-${loss.kind}`}
      title={t(`losses.help.${loss.kind}`)}
      className="flex items-center justify-between gap-3 px-3.5 py-2.5"
    >
      <span className="min-w-0">
        <span className="block font-medium">{t(`losses.${loss.kind}`)}</span>
        <StateLine tone={tone}>{started ? t(`losses.level.${loss.level}`) : t('losses.offAir')}</StateLine>
      </span>
      <span className="shrink-0 text-right tabular-nums">
        <span className={`block font-semibold text-base ${started ? TONE_TEXT[tone] : 'text-muted'}`}>
          {started ? `${percentText(loss.percent)} %` : t('stats.none')}
        </span>
        {started && (
          <span className="block text-muted text-xs">{t('losses.count', { count: loss.count })}</span>
        )}
      </span>
    </li>
  );
}

interface StatProps {
  readonly name: string;
  readonly help: string;
  readonly children: ReactNode;
}

function Stat({ name, help, children }: StatProps) {
  return (
    <div className="flex items-baseline justify-between gap-3 px-3.5 py-1.5" title={help}>
      <dt className="text-muted text-xs">{name}</dt>
      <dd className="whitespace-nowrap font-medium tabular-nums">{children}</dd>
    </div>
  );
}

/** Milliseconds without digits nobody reads. */
function useMs(): (ms: number | null) => string {
  const { t } = useTranslation();
  return (ms) =>
    ms === null ? t('stats.none') : t('stats.ms', { ms: ms < 10 ? ms.toFixed(1) : ms.toFixed(0) });
}

function FrameRate() {
  const { t } = useTranslation();
  const fps = usePipelineStatus((state) => Math.round(state.report?.render.fps ?? 0));
  const wanted = useSnapshots((state) => state.studio?.settings.picture.fps ?? 0);
  return (
    <Stat name={t('stats.fps')} help={t('stats.fpsHelp')}>
      {t('stats.fpsValue', { fps, wanted })}
    </Stat>
  );
}

function DrawTime() {
  const { t } = useTranslation();
  const ms = useMs();
  const drawn = usePipelineStatus((state) => state.report?.render.p95Ms ?? null);
  const fps = useSnapshots((state) => state.studio?.settings.picture.fps ?? 30);
  return (
    <Stat name={t('stats.draw')} help={t('stats.drawHelp', { budget: Math.round(1000 / fps) })}>
      {ms(drawn)}
    </Stat>
  );
}

function EncodeTime() {
  const { t } = useTranslation();
  const ms = useMs();
  const encoded = usePipelineStatus((state) => state.report?.encode.p95Ms ?? null);
  return (
    <Stat name={t('stats.encodeTime')} help={t('stats.encodeHelp')}>
      {ms(encoded)}
    </Stat>
  );
}

function Delay() {
  const { t } = useTranslation();
  const ms = useMs();
  const delay = usePipelineStatus((state) => state.report?.latency.cameraToEncodedMs.p50 ?? null);
  return (
    <Stat name={t('stats.delay')} help={t('stats.delayHelp')}>
      {ms(delay)}
    </Stat>
  );
}

function Sent() {
  const { t } = useTranslation();
  const kbps = useRecent((state) => Object.values(state.kbps).reduce((all, each) => all + each, 0));
  return (
    <Stat name={t('stats.bitrate')} help={t('stats.bitrateHelp')}>
      {kbps > 0 ? t('stats.mbit', { mbit: megabits(kbps) }) : t('stats.none')}
    </Stat>
  );
}

function Queue() {
  const { t } = useTranslation();
  const live = useSnapshots((state) => state.stream?.phase === 'live');
  const queueMs = useSnapshots((state) =>
    Math.max(0, ...(state.stream?.destinations ?? []).map((each) => each.queueMs)),
  );
  return (
    <Stat name={t('stats.queue')} help={t('stats.queueHelp')}>
      {live ? t('stats.seconds', { seconds: (queueMs / 1000).toFixed(1) }) : t('stats.none')}
    </Stat>
  );
}
