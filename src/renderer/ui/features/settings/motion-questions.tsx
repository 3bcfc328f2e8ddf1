import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Reason, toReasonError } from '../../../../shared/errors.ts';
import { type MotionRecording, motionsRemove, motionsRename } from '../../../../shared/ipc/motion.ts';
import { useMotion } from '../../../state/motion.ts';
import { announce } from '../../../state/notices.ts';
import { Button } from '../../components/button.tsx';
import { Problem } from '../../components/problem.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useStudio } from '../../studio-context.ts';
import { usePlayMotion } from '../motion/use-play-motion.ts';

interface Props {
  readonly recording: MotionRecording;
  readonly onLeave: () => void;
}

export function RenameMotion({ recording, onLeave }: Props) {
  const { t } = useTranslation('tracking');
  const { client } = useStudio();
  const [name, setName] = useState(recording.name);
  const [missing, setMissing] = useState(false);
  const [refused, setRefused] = useState<Reason | null>(null);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setMissing(name.trim() === '');
    if (name.trim() === '') return;
    try {
      await client.call(motionsRename, { id: recording.id, name });
      announce(t('motion.recordings.renamed', { name: name.trim() }));
      onLeave();
    } catch (error) {
      setRefused(toReasonError(error).reason);
    }
  };
  return (
    <form
      data-keeps-escape
      onSubmit={(event) => void save(event)}
      onKeyDown={(event) => event.key === 'Escape' && onLeave()}
      noValidate
      className="space-y-2.5"
    >
      <TextField
        label={t('motion.recordings.name')}
        value={name}
        maxLength={80}
        autoFocus
        onFocus={(event) => event.target.select()}
        onChange={(event) => setName(event.target.value)}
        error={missing ? t('motion.recordings.nameMissing') : undefined}
      />
      <Refused reason={refused} />
      <div className="flex gap-2">
        <Button size="small" kind="primary" submit>
          {t('motion.recordings.save')}
        </Button>
        <Button size="small" onClick={onLeave}>
          {t('motion.recordings.cancel')}
        </Button>
      </div>
    </form>
  );
}

/** Asks before a recording is gone; Cancel has the focus. */
export function RemoveMotion({ recording: { id, name, url }, onLeave }: Props) {
  const { t } = useTranslation('tracking');
  const { client } = useStudio();
  const play = usePlayMotion();
  const [refused, setRefused] = useState<Reason | null>(null);
  const remove = async () => {
    try {
      if (useMotion.getState().playing === url) await play(null);
      await client.call(motionsRemove, { id });
      announce(t('motion.recordings.removed', { name }));
    } catch (error) {
      setRefused(toReasonError(error).reason);
    }
  };
  return (
    <div
      role="alertdialog"
      aria-label={t('motion.recordings.removeTitle', { name })}
      data-keeps-escape
      onKeyDown={(event) => event.key === 'Escape' && onLeave()}
      className="space-y-2.5"
    >
      <div>
        <p className="wrap-anywhere font-semibold">{t('motion.recordings.removeTitle', { name })}</p>
        <p className="mt-0.5 text-muted text-xs">{t('motion.recordings.removeText')}</p>
      </div>
      <Refused reason={refused} />
      <div className="flex gap-2">
        <Button size="small" autoFocus onClick={onLeave}>
          {t('motion.recordings.cancel')}
        </Button>
        <Button size="small" kind="danger-quiet" onClick={() => void remove()}>
          {t('motion.recordings.removeConfirm')}
        </Button>
      </div>
    </div>
  );
}

function Refused({ reason }: { readonly reason: Reason | null }) {
  return (
    <div role="alert" className="empty:hidden">
      {reason && <Problem reason={reason} />}
    </div>
  );
}
