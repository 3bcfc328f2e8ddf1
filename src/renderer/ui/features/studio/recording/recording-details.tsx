import { Settings, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import { type RecordingSnapshot, recordingCancelJob } from '../../../../../shared/ipc/recording.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { ProgressBar } from '../../../components/progress-bar.tsx';
import { StateLine, type Tone } from '../../../components/state-line.tsx';
import { useCommand } from '../../../use-command.ts';

type Job = RecordingSnapshot['jobs'][number];

const TONES: Record<Job['state'], Tone> = {
  waiting: 'quiet',
  running: 'busy',
  done: 'good',
  failed: 'bad',
  cancelled: 'quiet',
};

/** Where recordings are, the last replay, and what is being made of them. */
export function RecordingDetails() {
  const { t } = useTranslation();
  const recording = useSnapshots((state) => state.recording);
  if (!recording) return null;
  const { folder, name, replay, jobs } = recording;
  return (
    <div className="space-y-3">
      <dl className="space-y-2 text-xs">
        <div>
          <dt className="text-muted">{t('recording.folder')}</dt>
          <dd className="select-text break-all font-mono">{folder}</dd>
        </div>
        {name && (
          <div>
            <dt className="text-muted">{t('recording.file')}</dt>
            <dd className="break-all">{name}</dd>
          </div>
        )}
        {replay.last && (
          <div>
            <dt className="text-muted">{t('recording.replayLast')}</dt>
            <dd className="break-all">{replay.last}</dd>
          </div>
        )}
      </dl>
      {replay.reason && <Problem reason={replay.reason} tone="warn" />}
      {jobs.length > 0 && (
        <ul aria-label={t('recording.jobs')} className="space-y-2 border-line border-t pt-2.5">
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </ul>
      )}
      <Button
        size="small"
        icon={<Settings aria-hidden className="size-3.5" />}
        onClick={() => openDialog({ kind: 'settings', section: 'recording' })}
      >
        {t('recording.settings')}
      </Button>
    </div>
  );
}

function JobRow({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  const run = useCommand();
  const open = job.state === 'waiting' || job.state === 'running';
  const reason = job.state === 'failed' && job.reason ? describeReason(job.reason) : null;
  return (
    <li>
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate text-xs" title={job.name}>
          {job.name}
        </span>
        <StateLine tone={TONES[job.state]} className="shrink-0">
          {job.state === 'running' && job.progress !== null
            ? t('recording.percent', { percent: Math.round(job.progress * 100) })
            : t(`recording.job.${job.state}`)}
        </StateLine>
        {open && (
          <IconButton
            label={t('recording.cancel', { name: job.name })}
            icon={<X className="size-3.5" />}
            onClick={() => void run(recordingCancelJob, { id: job.id })}
          />
        )}
      </div>
      {job.state === 'running' && (
        <ProgressBar
          label={t('recording.progress', { name: job.name })}
          value={job.progress}
          max={1}
          className="mt-1"
        />
      )}
      {reason && (
        <p className="mt-0.5 text-muted text-xs">
          <span className="text-text">{reason.what}</span> {reason.action}
        </p>
      )}
    </li>
  );
}
