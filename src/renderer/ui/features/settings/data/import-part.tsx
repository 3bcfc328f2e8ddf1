import { PackagePlus } from 'lucide-react';
import { type ChangeEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { toReasonError } from '../../../../../shared/errors.ts';
import { archiveUpload, type DataSnapshot } from '../../../../../shared/ipc/data.ts';
import { type ImportCounts, importArchive, useArchive } from '../../../../state/archive.ts';
import { showNotice } from '../../../../state/notices.ts';
import { sizeText } from '../../../bytes.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import { useStudio } from '../../../studio-context.ts';
import { FieldGroup } from '../fields.tsx';
import { JobLine } from './job-line.tsx';

type Props = Pick<DataSnapshot, 'job' | 'writable'>;

/** An archive of the studio is brought in: what is not there yet is added. */
export function ImportPart({ job, writable }: Props) {
  const { t } = useTranslation('account');
  const { client } = useStudio();
  const picker = useRef<HTMLInputElement>(null);
  const { importing, imported } = useArchive();
  const ownJob = job?.kind === 'import' ? job : null;
  const blocked = job !== null || !writable;
  const pick = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    if (file) void importArchive(client, file);
    // The same file again must be a change again.
    event.target.value = '';
  };
  return (
    <FieldGroup title={t('data.import.title')} hint={t('data.import.hint')}>
      <input
        ref={picker}
        type="file"
        accept=".zip,.vida3,application/zip"
        hidden
        aria-label={t('data.import.button')}
        onChange={pick}
      />
      {importing || ownJob ? (
        <JobLine
          words={
            !importing
              ? t('data.import.busyUnnamed')
              : ownJob
                ? t('data.import.busy', { name: importing.name })
                : t('data.import.sending', { name: importing.name, size: sizeText(importing.size) })
          }
          job={ownJob}
          onRefused={(error) => showNotice('error', toReasonError(error).reason)}
        />
      ) : (
        <Button
          icon={<PackagePlus aria-hidden className="size-4" />}
          aria-disabled={blocked || undefined}
          onClick={() => !blocked && picker.current?.click()}
        >
          {t('data.import.button')}
        </Button>
      )}
      {imported && <Outcome imported={imported} />}
    </FieldGroup>
  );
}

const COUNTS = ['added', 'known', 'refused'] as const satisfies readonly (keyof ImportCounts)[];

function Outcome({
  imported,
}: {
  readonly imported: NonNullable<ReturnType<typeof useArchive.getState>['imported']>;
}) {
  const { t } = useTranslation('account');
  const { name } = imported;
  if ('reason' in imported) {
    const { reason } = imported;
    const title =
      reason === 'ipc.too-big'
        ? t('data.import.tooBig', { name, gb: archiveUpload.maxBytes / 2 ** 30 })
        : t('data.import.failed', { name });
    return (
      <div role="alert" className="mt-2.5">
        <Problem reason={reason} title={title} tone={reason === 'data.cancelled' ? 'warn' : 'bad'} />
      </div>
    );
  }
  const { counts } = imported;
  return (
    <div role="status" className="mt-2.5 flex gap-2 rounded-xl border border-line p-3">
      <ToneIcon tone={counts.refused > 0 ? 'warn' : 'good'} className="mt-px size-4" />
      <div className="min-w-0">
        <p className="wrap-anywhere font-medium">{t('data.import.done', { name })}</p>
        <ul className="mt-0.5 flex flex-wrap gap-x-4 text-muted text-xs">
          {COUNTS.filter((each) => each === 'added' || counts[each] > 0).map((each) => (
            <li key={each}>{t(`data.import.${each}`, { count: counts[each] })}</li>
          ))}
        </ul>
        <p className="mt-0.5 text-muted text-xs">{t('data.import.entries')}</p>
      </div>
    </div>
  );
}
