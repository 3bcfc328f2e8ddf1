import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { StateLine } from '../../../components/state-line.tsx';
import { DESTINATION_TONES } from '../destinations/destination-tones.ts';
import { megabits } from './numbers.ts';

const STAGES = ['camera', 'tracking', 'render', 'encode'] as const;

/** Milliseconds without digits nobody reads. */
export function useMs(): (ms: number | null) => string {
  const { t } = useTranslation();
  return (ms) =>
    ms === null ? t('stats.none') : t('stats.ms', { ms: Math.abs(ms) < 10 ? ms.toFixed(1) : ms.toFixed(0) });
}

/** Every stage, destination and process by itself. */
export function StatsTables() {
  return (
    <div className="grid @2xl:grid-cols-2 gap-x-3 gap-y-2 border-line border-t px-3.5 py-2.5">
      <Stages />
      <Processes />
      <Destinations />
      <Renditions />
    </div>
  );
}

interface TableProps {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
}

/** A small table: the first column names the row, the others are numbers. */
function StatsTable({ title, columns, rows }: TableProps) {
  const id = useId();
  if (rows.length === 0) return null;
  return (
    <table className="h-fit w-full table-fixed text-xs tabular-nums">
      <caption id={id} className="sr-only">
        {title}
      </caption>
      <thead>
        <tr className="text-muted">
          <th scope="col" className="w-2/5 py-1 text-left font-semibold text-text">
            {title}
          </th>
          {columns.map((column) => (
            <th key={column} scope="col" className="py-1 text-right font-normal">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells: [name, ...values] }) => (
          <tr key={key} className="border-line border-t">
            <th scope="row" className="truncate py-1 pr-2 text-left font-normal">
              {name}
            </th>
            {values.map((value, at) => (
              <td key={columns[at]} className="truncate py-1 text-right">
                {value}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Stages() {
  const { t } = useTranslation();
  const ms = useMs();
  const stages = useSnapshots((state) => state.health?.stages ?? null);
  return (
    <StatsTable
      title={t('stats.stages')}
      columns={[t('stats.perSecond'), t('stats.half'), t('stats.most')]}
      rows={(stages ? STAGES : []).map((stage) => ({
        key: stage,
        cells: [
          t(`stats.stage.${stage}`),
          Math.round(stages![stage].fps),
          ms(stages![stage].p50Ms),
          ms(stages![stage].p95Ms),
        ],
      }))}
    />
  );
}

function Processes() {
  const { t } = useTranslation();
  const processes = useSnapshots((state) => state.health?.processes) ?? [];
  return (
    <StatsTable
      title={t('stats.processes')}
      columns={[t('stats.cpu'), t('stats.memory')]}
      rows={processes.map(({ role, name, pid, cpuPercent, memoryMb }) => ({
        key: `${role}-${pid}`,
        cells: [
          role === 'destination' ? name : t(`stats.role.${role}`),
          t('stats.percent', { percent: Math.round(cpuPercent) }),
          t('stats.mb', { mb: Math.round(memoryMb) }),
        ],
      }))}
    />
  );
}

function Destinations() {
  const { t } = useTranslation();
  const destinations = useSnapshots((state) => state.health?.destinations) ?? [];
  return (
    <StatsTable
      title={t('destinations.title')}
      columns={[t('stats.rate'), t('stats.waiting'), t('stats.dropped')]}
      rows={destinations.map(({ id, name, state, kbps, queueMs, dropped }) => ({
        key: id,
        cells: [
          <span key="name" className="flex items-center gap-1.5">
            <StateLine tone={DESTINATION_TONES[state]}>
              <span className="sr-only">{t(`destinations.state.${state}`)}</span>
            </StateLine>
            <span className="truncate">{name}</span>
          </span>,
          t('stats.mbit', { mbit: megabits(kbps) }),
          t('stats.seconds', { seconds: (queueMs / 1000).toFixed(1) }),
          dropped,
        ],
      }))}
    />
  );
}

function Renditions() {
  const { t } = useTranslation();
  const renditions = useSnapshots((state) => state.health?.renditions) ?? [];
  return (
    <StatsTable
      title={t('stats.renditions')}
      columns={[t('stats.size'), t('stats.aim'), t('stats.rate')]}
      rows={renditions.map(({ name, width, height, targetKbps, kbps }) => ({
        key: name,
        cells: [
          t(`stats.rendition.${name}`),
          t('settings.encoder.sizeText', { width, height }),
          t('stats.mbit', { mbit: megabits(targetKbps) }),
          t('stats.mbit', { mbit: megabits(kbps) }),
        ],
      }))}
    />
  );
}
