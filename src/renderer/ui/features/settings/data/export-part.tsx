import { Download, PackageOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toReasonError } from '../../../../../shared/errors.ts';
import type { DataSnapshot } from '../../../../../shared/ipc/data.ts';
import { exportArchive, useArchive } from '../../../../state/archive.ts';
import { showNotice } from '../../../../state/notices.ts';
import { sizeText } from '../../../bytes.ts';
import { Button } from '../../../components/button.tsx';
import { CopyField } from '../../../components/copy-field.tsx';
import { Problem } from '../../../components/problem.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import { useStudio } from '../../../studio-context.ts';
import { FieldGroup } from '../fields.tsx';
import { JobLine } from './job-line.tsx';

type Props = Pick<DataSnapshot, 'job' | 'exported'>;

/** Everything the open profile owns as one file. */
export function ExportPart({ job, exported }: Props) {
  const { t } = useTranslation('account');
  const { client } = useStudio();
  const { exporting, exportRefused } = useArchive();
  const running = exporting || job?.kind === 'export';
  const blocked = job !== null;
  return (
    <FieldGroup title={t('data.export.title')} hint={t('data.export.hint')}>
      {running ? (
        <JobLine
          words={t('data.export.busy')}
          job={job?.kind === 'export' ? job : null}
          onRefused={(error) => showNotice('error', toReasonError(error).reason)}
        />
      ) : (
        <Button
          icon={<PackageOpen aria-hidden className="size-4" />}
          aria-disabled={blocked || undefined}
          onClick={() => !blocked && void exportArchive(client)}
        >
          {t('data.export.button')}
        </Button>
      )}
      {exportRefused && !running && (
        <div role="alert" className="mt-2.5">
          <Problem reason={exportRefused} tone={exportRefused === 'data.cancelled' ? 'warn' : 'bad'} />
        </div>
      )}
      {exported && !running && (
        <div className="mt-3 space-y-2.5 rounded-xl border border-line p-3">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <p role="status" className="flex min-w-0 gap-2">
              <ToneIcon tone="good" className="mt-px size-4" />
              <span className="wrap-anywhere">
                {t('data.export.done', { name: exported.name, size: sizeText(exported.bytes) })}
              </span>
            </p>
            <a
              href={exported.url}
              download={exported.name}
              className="inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md border border-edge bg-raised px-2.5 font-medium text-xs hover:bg-hover"
            >
              <Download aria-hidden className="size-3.5" />
              {t('data.export.download')}
            </a>
          </div>
          <CopyField label={t('data.export.path')} value={exported.path} />
        </div>
      )}
    </FieldGroup>
  );
}
