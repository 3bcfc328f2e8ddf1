import { useTranslation } from 'react-i18next';
import type { DataSnapshot } from '../../../../../shared/ipc/data.ts';
import { CopyField } from '../../../components/copy-field.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import type texts from '../../../i18n/account.json';
import { momentText } from '../../../moment-text.ts';

type Named = keyof (typeof texts)['data']['table'];
const NAMED: Readonly<Record<Named, true>> = {
  users: true,
  avatars: true,
  avatar_files: true,
  rtmp_sources: true,
  rtmp_source_secrets: true,
  streaming_sessions: true,
  settings: true,
  sync_outbox: true,
};
const isNamed = (table: string): table is Named => Object.hasOwn(NAMED, table);

/** A damaged database was replaced at this start: by what, what is missing, and where the old file is. */
export function Recovered({ recovered }: { readonly recovered: NonNullable<DataSnapshot['recovered']> }) {
  const { t, i18n } = useTranslation('account');
  const { from, backupAt, lost, setAside } = recovered;
  const opened =
    from !== 'backup'
      ? t(`data.recovered.${from}`)
      : backupAt
        ? t('data.recovered.backup', { when: momentText(backupAt, i18n.language) })
        : t('data.recovered.backupNoTime');
  return (
    <section
      aria-label={t('data.recovered.title')}
      className="mb-4 rounded-xl border border-warn/40 bg-warn/8 p-4"
    >
      <div className="flex gap-2">
        <ToneIcon tone="warn" className="mt-0.5 size-4" />
        <div className="min-w-0">
          <h4 className="font-semibold">{t('data.recovered.title')}</h4>
          <p className="mt-0.5">{opened}</p>
        </div>
      </div>
      <div className="mt-3 space-y-3 pl-6">
        {lost.length === 0 ? (
          <p className="text-muted text-xs">{t('data.recovered.nothing')}</p>
        ) : (
          <div>
            <h5 className="font-medium">{t('data.recovered.lost')}</h5>
            <dl className="mt-1 grid max-w-sm grid-cols-[1fr_auto] gap-x-4 gap-y-0.5 text-xs">
              {lost.map(({ table, rows }) => (
                <div key={table} className="contents">
                  <dt className="wrap-anywhere text-muted">
                    {isNamed(table) ? t(`data.table.${table}`) : table}
                  </dt>
                  <dd className="text-right tabular-nums">
                    {rows === null ? t('data.recovered.unknown') : t('data.recovered.rows', { count: rows })}
                  </dd>
                </div>
              ))}
            </dl>
          </div>
        )}
        <CopyField label={t('data.recovered.setAside')} value={setAside} />
      </div>
    </section>
  );
}
