import { useTranslation } from 'react-i18next';
import { useSnapshots } from '../../../../state/snapshots.ts';
import '../../../i18n/account-texts.ts';
import { Problem } from '../../../components/problem.tsx';
import { Backups } from './backups.tsx';
import { ExportPart } from './export-part.tsx';
import { ImportPart } from './import-part.tsx';
import { Recovered } from './recovered.tsx';

/** The data on this computer: what happened to it, its backups, and ways to take it along. */
export function DataSection() {
  const { t } = useTranslation('account');
  const data = useSnapshots((state) => state.data);
  if (!data) return null;
  const problem = data.problem ?? (data.writable ? null : 'storage.read-only');
  return (
    <>
      {problem && (
        <Problem
          reason={problem}
          tone={data.writable ? 'warn' : 'bad'}
          {...(data.writable ? {} : { title: t('data.problemTitle') })}
          className="mb-4"
        />
      )}
      {data.recovered && <Recovered recovered={data.recovered} />}
      <div className="divide-y divide-line">
        <ExportPart job={data.job} exported={data.exported} />
        <ImportPart job={data.job} writable={data.writable} />
        <Backups backups={data.backups} />
      </div>
    </>
  );
}
