import { Circle, Play, Square, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import type { UnkeptMotion } from '../../../../pipeline/motion-desk.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { useMotion } from '../../../../state/motion.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Banner } from '../../../components/banner.tsx';
import { Button } from '../../../components/button.tsx';
import { useStudio } from '../../../studio-context.ts';
import { useElapsed } from '../../motion/use-elapsed.ts';
import { usePlayMotion } from '../../motion/use-play-motion.ts';
import { useRetryMotions } from '../../motion/use-retry-motions.ts';
import { clockText } from '../topbar/clock-text.ts';

/** A motion is being recorded or moves the avatar instead of the camera: nobody should have to wonder why. */
export function MotionBanners() {
  const recording = useMotion((state) => state.recording);
  const playing = useMotion((state) => state.playing);
  const unkept = useMotion((state) => state.unkept);
  return (
    <>
      {recording && <RecordingBanner />}
      {playing !== null && <PlayingBanner url={playing} />}
      {unkept.length > 0 && <UnkeptBanner unkept={unkept} />}
    </>
  );
}

function RecordingBanner() {
  const { t } = useTranslation();
  const { pipeline } = useStudio();
  const elapsed = useElapsed(useMotion((state) => state.recordingSince));
  return (
    <Banner
      tone="info"
      icon={<Circle className="fill-current text-bad" />}
      title={t('motion.recording')}
      text={
        // The seconds are for the eye: a status that is spoken anew every second says nothing else.
        <span aria-hidden className="tabular-nums">
          {clockText(elapsed)}
        </span>
      }
    >
      <Stop label={t('motion.stopRecording')} onClick={() => pipeline.recordMotion(false)} />
    </Banner>
  );
}

function PlayingBanner({ url }: { readonly url: string }) {
  const { t } = useTranslation();
  const play = usePlayMotion();
  const name = useSnapshots((state) => state.motions?.recordings.find((each) => each.url === url)?.name);
  return (
    <Banner tone="info" icon={<Play />} title={t('motion.playing')} text={name ?? ''}>
      <Stop label={t('motion.stopPlaying')} onClick={() => void play(null)} />
    </Banner>
  );
}

/** Recordings go on while the settings are closed, and so may end in nothing there. */
function UnkeptBanner({ unkept }: { readonly unkept: readonly UnkeptMotion[] }) {
  const { t } = useTranslation();
  const retry = useRetryMotions();
  const trying = unkept.some((each) => each.trying);
  const { what, action } = describeReason(unkept[unkept.length - 1]!.reason);
  return (
    <Banner
      tone="warn"
      icon={<TriangleAlert />}
      title={t('motion.notKept', { count: unkept.length })}
      text={`${what} ${action}`}
    >
      <Button size="small" aria-disabled={trying || undefined} onClick={() => !trying && void retry(unkept)}>
        {t('common.retry')}
      </Button>
      <Button size="small" onClick={() => openDialog({ kind: 'settings', section: 'motion' })}>
        {t('motion.showNotKept')}
      </Button>
    </Banner>
  );
}

function Stop({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <Button size="small" icon={<Square aria-hidden className="size-3 fill-current" />} onClick={onClick}>
      {label}
    </Button>
  );
}
