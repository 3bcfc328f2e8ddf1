import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SyncSnapshot } from '../../../../../shared/ipc/sync.ts';
import { type ChangeLine, changeLines, type Try, triesAfter } from '../../../../state/sync-tries.ts';
import { FieldGroup } from '../fields.tsx';
import { type OnTry, RefusedChangeRow } from './refused-change-row.tsx';

/** What the cloud did not take: those that wait for a word first, then those that were kept here. */
export function RefusedChanges({ sync }: { readonly sync: SyncSnapshot }) {
  const { t } = useTranslation('account');
  const [before, setTries] = useState<readonly Try[]>([]);
  const tries = triesAfter(before, sync);
  useEffect(() => setTries(tries), [tries]);
  const open = changeLines(sync.refused, tries, false);
  const kept = changeLines(sync.refused, tries, true);
  const onTry: OnTry = (key, tried) =>
    setTries((all) => [...all.filter((each) => each.key !== key), ...(tried ? [tried] : [])]);
  return (
    <>
      {open.length > 0 && (
        <FieldGroup title={t('refused.title')} hint={t('refused.hint')}>
          <Changes label={t('refused.title')} lines={open} sync={sync} onTry={onTry} />
        </FieldGroup>
      )}
      {kept.length > 0 && (
        <FieldGroup title={t('refused.kept')} hint={t('refused.keptHint')}>
          <Changes label={t('refused.kept')} lines={kept} sync={sync} onTry={onTry} />
        </FieldGroup>
      )}
    </>
  );
}

interface ChangesProps {
  readonly label: string;
  readonly lines: readonly ChangeLine[];
  readonly sync: SyncSnapshot;
  readonly onTry: OnTry;
}

function Changes({ label, lines, sync, onTry }: ChangesProps) {
  return (
    <ul aria-label={label} className="divide-y divide-line rounded-xl border border-line">
      {lines.map((line, at) => (
        <RefusedChangeRow key={line.key} line={line} at={at} sync={sync} onTry={onTry} />
      ))}
    </ul>
  );
}
