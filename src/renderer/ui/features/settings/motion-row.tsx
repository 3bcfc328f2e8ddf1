import { Download, Pencil, Play, Square, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MOTION_EXTENSION } from '../../../../shared/domain/motion.ts';
import type { MotionRecording } from '../../../../shared/ipc/motion.ts';
import { useMotion } from '../../../state/motion.ts';
import { sizeText } from '../../bytes.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { Tip } from '../../components/tip.tsx';
import { momentText } from '../../moment-text.ts';
import { usePlayMotion } from '../motion/use-play-motion.ts';
import { clockText } from '../studio/topbar/clock-text.ts';
import { RemoveMotion, RenameMotion } from './motion-questions.tsx';

type Asked = 'rename' | 'remove';

/** One recording: playing it in the camera's place, and everything else that can be done with it. */
export function MotionRow({ recording }: { readonly recording: MotionRecording }) {
  const { t, i18n } = useTranslation('tracking');
  const { name, url, seconds, bytes, createdAt } = recording;
  const play = usePlayMotion();
  const isPlaying = useMotion((state) => state.playing === url);
  const [asked, setAsked] = useState<Asked | null>(null);
  const row = useRef<HTMLDivElement>(null);
  // The field that had the focus is gone; the button that opened it is not.
  const leave = () => {
    row.current?.querySelector<HTMLElement>(`[data-asks="${asked}"]`)?.focus();
    setAsked(null);
  };
  const ask = (what: Asked) => ({
    'data-asks': what,
    'aria-expanded': asked === what,
    onClick: () => setAsked(asked === what ? null : what),
  });
  return (
    <div ref={row}>
      <div className="flex items-center gap-2">
        <IconButton
          label={t(isPlaying ? 'motion.recordings.stopPlaying' : 'motion.recordings.play', { name })}
          icon={
            isPlaying ? (
              <Square className="size-3.5 fill-current text-accent" />
            ) : (
              <Play className="size-4 fill-current" />
            )
          }
          onClick={() => void play(isPlaying ? null : url)}
        />
        <div className="min-w-0 flex-1">
          <p className="truncate font-medium" title={name}>
            {name}
          </p>
          <p className="truncate text-muted text-xs">
            {isPlaying && <span className="text-accent">{t('motion.recordings.playing')} · </span>}
            {t('motion.recordings.facts', {
              length: clockText(seconds),
              size: sizeText(bytes),
              when: momentText(new Date(createdAt).toISOString(), i18n.language),
            })}
          </p>
        </div>
        <span className="flex items-center gap-0.5">
          <IconButton
            label={t('motion.recordings.rename', { name })}
            icon={<Pencil className="size-4" />}
            {...ask('rename')}
          />
          <Tip text={t('motion.recordings.export', { name })}>
            <a
              href={url}
              download={`${name}.${MOTION_EXTENSION}`}
              aria-label={t('motion.recordings.export', { name })}
              className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted transition-colors hover:bg-hover hover:text-text"
            >
              <Download aria-hidden className="size-4" />
            </a>
          </Tip>
          <IconButton
            label={t('motion.recordings.remove', { name })}
            icon={<Trash2 className="size-4" />}
            {...ask('remove')}
          />
        </span>
      </div>
      {asked && (
        <div className="my-1.5 rounded-lg bg-raised p-3">
          {asked === 'rename' ? (
            <RenameMotion recording={recording} onLeave={leave} />
          ) : (
            <RemoveMotion recording={recording} onLeave={leave} />
          )}
        </div>
      )}
    </div>
  );
}
