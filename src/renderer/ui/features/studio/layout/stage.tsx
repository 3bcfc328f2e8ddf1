import { useTranslation } from 'react-i18next';
import { isUpright } from '../../../../../shared/domain/studio.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { cx } from '../../../components/cx.ts';
import { useMedia } from '../../../use-media.ts';
import { Banners } from '../banners/banners.tsx';
import { PreviewPanel } from '../preview/preview-panel.tsx';
import { ScenesPanel } from '../scenes/scenes-panel.tsx';
import { StatsDock } from '../stats/stats-dock.tsx';

/** Windows that are high for their width leave room below a lying programme. */
const ROOMY =
  '(min-width: 64rem) and (max-aspect-ratio: 5/4), (min-width: 100rem) and (max-aspect-ratio: 19/10)';

interface Props {
  /** The scenes are here and not in a column of their own. */
  readonly withScenes: boolean;
}

/** The programme as large as it can be; below it, or beside an upright one, the scenes and how it goes. */
export function Stage({ withScenes }: Props) {
  const { t } = useTranslation();
  const upright = useSnapshots((state) =>
    isUpright(state.studio?.settings.picture ?? { width: 16, height: 9 }),
  );
  const roomy = useMedia(ROOMY);
  return (
    <main aria-label={t('app.stage')} className="flex min-h-0 min-w-0 flex-col gap-3">
      <Banners />
      <div
        className={cx(
          'flex min-h-0 flex-1 flex-col gap-3',
          upright && 'lg:grid lg:grid-cols-[auto_minmax(0,1fr)] lg:grid-rows-[minmax(0,1fr)]',
        )}
      >
        <PreviewPanel />
        <div
          className={cx(
            'flex min-w-0 flex-col gap-3',
            upright ? 'min-h-0 [&_[role=radiogroup]]:max-h-64' : roomy ? 'shrink-0 grow' : 'shrink-0',
          )}
        >
          {withScenes && (
            <div className="@container min-w-0 shrink-0">
              <ScenesPanel />
            </div>
          )}
          <StatsDock roomy={roomy || upright} stacked={upright} />
        </div>
      </div>
    </main>
  );
}
