import { useTranslation } from 'react-i18next';
import type { DataSnapshot } from '../../../../../shared/ipc/data.ts';
import { cancelArchive } from '../../../../state/archive.ts';
import { sizeText } from '../../../bytes.ts';
import { Button } from '../../../components/button.tsx';
import { ProgressBar } from '../../../components/progress-bar.tsx';
import { useStudio } from '../../../studio-context.ts';

interface Props {
  readonly words: string;
  /** Null: main has not begun yet. */
  readonly job: DataSnapshot['job'];
  readonly onRefused: (error: unknown) => void;
}

/** An export or import that runs, how far it is, and the way out of it. */
export function JobLine({ words, job, onRefused }: Props) {
  const { t } = useTranslation('account');
  const { client } = useStudio();
  const known = job !== null && job.total > 0;
  return (
    <div className="rounded-lg border border-line bg-raised/60 px-3 py-2.5">
      <div className="flex items-center gap-3">
        <p role="status" className="wrap-anywhere min-w-0 flex-1">
          {words}
        </p>
        <span className="shrink-0 text-muted text-xs tabular-nums">
          {known && t('data.progress', { done: sizeText(job.done), total: sizeText(job.total) })}
        </span>
        <Button size="small" onClick={() => void cancelArchive(client).catch(onRefused)}>
          {t('data.cancel')}
        </Button>
      </div>
      <ProgressBar label={words} value={known ? job.done : null} max={job?.total ?? 1} className="mt-2" />
    </div>
  );
}
