import { Circle, Play, Square } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMotion } from '../../../../state/motion.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Banner } from '../../../components/banner.tsx';
import { Button } from '../../../components/button.tsx';
import { useStudio } from '../../../studio-context.ts';
import { useElapsed } from '../../motion/use-elapsed.ts';
import { usePlayMotion } from '../../motion/use-play-motion.ts';
import { clockText } from '../topbar/clock-text.ts';

/** A motion is being recorded or moves the avatar instead of the camera: nobody should have to wonder why. */
export function MotionBanners() {
  const recording = useMotion((state) => state.recording);
  const playing = useMotion((state) => state.playing);
  return (
    <>
      {recording && <RecordingBanner />}
      {playing !== null && <PlayingBanner url={playing} />}
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

function Stop({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <Button size="small" icon={<Square aria-hidden className="size-3 fill-current" />} onClick={onClick}>
      {label}
    </Button>
  );
}
