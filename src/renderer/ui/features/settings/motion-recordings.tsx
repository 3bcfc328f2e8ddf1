import { useTranslation } from 'react-i18next';
import { useMotion } from '../../../state/motion.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Tick } from '../../components/tick.tsx';
import { usePlayMotion } from '../motion/use-play-motion.ts';
import { FieldGroup } from './fields.tsx';
import { MotionMaker } from './motion-maker.tsx';
import { MotionRow } from './motion-row.tsx';

/** Recordings of what the avatar did: made, brought in, played in the camera's place, kept. */
export function MotionRecordings() {
  const { t } = useTranslation('tracking');
  const play = usePlayMotion();
  const recordings = useSnapshots((state) => state.motions?.recordings) ?? [];
  const playing = useMotion((state) => state.playing);
  const again = useMotion((state) => state.again);
  const repeat = (on: boolean) => {
    useMotion.setState({ again: on });
    if (playing !== null) void play(playing);
  };
  return (
    <FieldGroup title={t('motion.recordings.title')} hint={t('motion.recordings.hint')}>
      <MotionMaker />
      {recordings.length === 0 ? (
        <p className="mt-3 text-muted">{t('motion.recordings.empty')}</p>
      ) : (
        <>
          <ul
            aria-label={t('motion.recordings.title')}
            className="mt-3 divide-y divide-line border-line border-y"
          >
            {recordings.toReversed().map((recording) => (
              <li key={recording.id} className="py-1.5">
                <MotionRow recording={recording} />
              </li>
            ))}
          </ul>
          <div className="mt-2.5">
            <Tick checked={again} onChange={repeat}>
              {t('motion.recordings.again')}
            </Tick>
          </div>
        </>
      )}
    </FieldGroup>
  );
}
