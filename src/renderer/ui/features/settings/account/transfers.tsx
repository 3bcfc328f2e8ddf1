import { RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { describeReason, type Reason } from '../../../../../shared/errors.ts';
import { type SyncSnapshot, syncRetryFile } from '../../../../../shared/ipc/sync.ts';
import { sizeText } from '../../../bytes.ts';
import { IconButton } from '../../../components/icon-button.tsx';
import { ProgressBar } from '../../../components/progress-bar.tsx';
import { StateLine, type Tone } from '../../../components/state-line.tsx';
import { useCommand } from '../../../use-command.ts';
import { FieldGroup } from '../fields.tsx';

type Transfer = SyncSnapshot['files'][number];

const TONES: Record<Transfer['state'], Tone> = { waiting: 'quiet', running: 'busy', failed: 'bad' };

/** The avatars' files on their way to the cloud or from it, and those that did not get there. */
export function Transfers({ files }: { readonly files: readonly Transfer[] }) {
  const { t } = useTranslation('account');
  return (
    <>
      <Files title={t('files.title')} files={files.filter(({ state }) => state !== 'failed')} />
      <Files title={t('files.failedTitle')} files={files.filter(({ state }) => state === 'failed')} />
    </>
  );
}

function Files({ title, files }: { readonly title: string; readonly files: readonly Transfer[] }) {
  if (files.length === 0) return null;
  return (
    <FieldGroup title={title}>
      <ul aria-label={title} className="space-y-2.5">
        {files.map((file) => (
          <TransferRow key={file.id} file={file} />
        ))}
      </ul>
    </FieldGroup>
  );
}

function TransferRow({ file }: { readonly file: Transfer }) {
  const { t } = useTranslation('account');
  const run = useCommand();
  const { id, part, direction, sent, total, state, reason } = file;
  const name = part === 'model' ? file.name : t('files.picture', { name: file.name });
  const word = state === 'running' ? t(`files.${direction}`) : t(`files.${state}.${direction}`);
  return (
    <li>
      <div className="flex min-h-7 items-center gap-3">
        <span className="min-w-0 flex-1 truncate" title={name}>
          {name}
        </span>
        <span className="shrink-0 text-muted text-xs tabular-nums">
          {t('files.progress', { done: sizeText(sent), total: sizeText(total) })}
        </span>
        <StateLine tone={TONES[state]} className="w-36 shrink-0">
          {word}
        </StateLine>
        {state === 'failed' ? (
          <IconButton
            label={t('files.retry', { name })}
            icon={<RotateCw className="size-3.5" />}
            onClick={() => void run(syncRetryFile, { id })}
          />
        ) : (
          <span aria-hidden className="size-7" />
        )}
      </div>
      {state !== 'failed' && (
        <ProgressBar
          label={t('files.label', { state: word, name })}
          value={total > 0 ? sent : null}
          max={total}
          className="mt-1"
        />
      )}
      {reason && <Why reason={reason} />}
    </li>
  );
}

function Why({ reason }: { readonly reason: Reason }) {
  const { what, action } = describeReason(reason);
  return (
    <p className="mt-0.5 text-xs">
      {what} <span className="text-muted">{action}</span>
    </p>
  );
}
