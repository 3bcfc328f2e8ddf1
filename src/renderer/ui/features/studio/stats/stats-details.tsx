import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Health } from '../../../../../shared/domain/health.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { sizeText } from '../../../bytes.ts';
import { StateLine, TONE_TEXT, type Tone } from '../../../components/state-line.tsx';
import { megabits, percentText } from './numbers.ts';
import { StatsTables, useMs } from './stats-tables.tsx';

type LossKind = keyof Health['losses'];
type Loss = Health['losses'][LossKind];

const LOSS_TONES: Record<Loss['level'], Tone> = { good: 'good', warn: 'warn', bad: 'bad' };
const LOSS_KINDS = ['render', 'encode', 'network'] as const satisfies readonly LossKind[];

/** All numbers of the programme and the broadcast, each with what it means. */
export function StatsDetails({ charts }: { readonly charts: ReactNode }) {
  const { t } = useTranslation();
  const restarts = useSnapshots((state) => state.stream?.media.restarts ?? 0);
  return (
    <>
      <Losses />
      <dl className="grid @2xl:grid-cols-3 @sm:grid-cols-2 border-line border-t py-1">
        <FrameRate />
        <Delay />
        <Encoded />
        <Sent />
        <Drift />
        <Disk />
      </dl>
      {charts}
      <StatsTables />
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
  const losses = useSnapshots((state) => state.health?.losses ?? null);
  const started = useSnapshots((state) => (state.stream?.losses.frames ?? 0) > 0);
  return (
    <ul aria-label={t('losses.label')} className="grid @lg:grid-cols-3 @lg:divide-x divide-line">
      {LOSS_KINDS.map((kind) => (
        <LossCounter key={kind} kind={kind} loss={started ? (losses?.[kind] ?? null) : null} />
      ))}
    </ul>
  );
}

/** OBS's colours; null: nothing is counted yet. */
function LossCounter({ kind, loss }: { readonly kind: LossKind; readonly loss: Loss | null }) {
  const { t } = useTranslation();
  const tone = loss ? LOSS_TONES[loss.level] : 'quiet';
  return (
    <li
      data-testid={`loss-${kind}`}
      title={t(`losses.help.${kind}`)}
      className="flex items-center justify-between gap-3 px-3.5 py-2.5"
    >
      <span className="min-w-0">
        <span className="block font-medium">{t(`losses.${kind}`)}</span>
        <StateLine tone={tone}>{loss ? t(`losses.level.${loss.level}`) : t('losses.offAir')}</StateLine>
      </span>
      <span className="shrink-0 text-right tabular-nums">
        <span className={`block font-semibold text-base ${loss ? TONE_TEXT[tone] : 'text-muted'}`}>
          {loss ? `${percentText(loss.share * 100)} %` : t('stats.none')}
        </span>
        {loss && <span className="block text-muted text-xs">{t('losses.count', { count: loss.lost })}</span>}
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

function FrameRate() {
  const { t } = useTranslation();
  const fps = useSnapshots((state) => Math.round(state.health?.stages.render.fps ?? 0));
  const wanted = useSnapshots((state) => state.studio?.settings.picture.fps ?? 0);
  return (
    <Stat name={t('stats.fps')} help={t('stats.fpsHelp')}>
      {t('stats.fpsValue', { fps, wanted })}
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

function Encoded() {
  const { t } = useTranslation();
  const kbps = useSnapshots((state) => state.health?.encodedKbps ?? 0);
  return (
    <Stat name={t('stats.encoded')} help={t('stats.encodedHelp')}>
      {kbps > 0 ? t('stats.mbit', { mbit: megabits(kbps) }) : t('stats.none')}
    </Stat>
  );
}

function Sent() {
  const { t } = useTranslation();
  const kbps = useSnapshots((state) => state.health?.sentKbps ?? 0);
  return (
    <Stat name={t('stats.bitrate')} help={t('stats.bitrateHelp')}>
      {kbps > 0 ? t('stats.mbit', { mbit: megabits(kbps) }) : t('stats.none')}
    </Stat>
  );
}

function Drift() {
  const { t } = useTranslation();
  const ms = useMs();
  const drift = useSnapshots((state) => state.health?.audio.driftMs ?? null);
  return (
    <Stat name={t('stats.drift')} help={t('stats.driftHelp')}>
      {ms(drift)}
    </Stat>
  );
}

function Disk() {
  const { t } = useTranslation();
  const free = useSnapshots((state) => state.health?.diskFreeBytes ?? null);
  return (
    <Stat name={t('stats.disk')} help={t('stats.diskHelp')}>
      {free === null ? t('stats.none') : sizeText(free)}
    </Stat>
  );
}
