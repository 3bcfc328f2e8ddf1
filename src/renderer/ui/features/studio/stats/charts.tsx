import { useTranslation } from 'react-i18next';
import { type Moment, useHistory } from '../../../../state/history.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { cx } from '../../../components/cx.ts';
import { megabits, percentText } from './numbers.ts';
import { Sparkline } from './sparkline.tsx';

/** The last two minutes of what viewers feel: how smoothly, how much, and what is missing. */
export function Charts({ stacked }: { readonly stacked: boolean }) {
  const { t } = useTranslation();
  const moments = useHistory((state) => state.moments);
  const wanted = useSnapshots((state) => state.studio?.settings.picture.fps ?? 30);
  const kbps = useSnapshots((state) => state.studio?.settings.picture.bitrateKbps ?? 1000);
  const of = (part: keyof Moment) => moments.map((moment) => moment[part]);
  return (
    <div
      className={cx(
        'grid grow divide-line border-line border-t',
        stacked ? 'auto-rows-fr divide-y' : 'min-h-20 @lg:grid-cols-3 auto-rows-fr @lg:divide-x',
      )}
    >
      <Sparkline
        name={t('stats.fps')}
        values={of('fps')}
        least={wanted}
        colour="text-accent"
        write={(value) => t('status.fps', { fps: Math.round(value) })}
      />
      <Sparkline
        name={t('stats.bitrate')}
        values={of('kbps')}
        least={kbps}
        colour="text-good"
        write={(value) => t('stats.mbit', { mbit: megabits(value) })}
      />
      <Sparkline
        name={t('losses.label')}
        values={of('lost')}
        least={5}
        colour="text-warn"
        write={(value) => `${percentText(value)} %`}
      />
    </div>
  );
}
