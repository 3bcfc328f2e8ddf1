import { useTranslation } from 'react-i18next';
import type { Destination } from '../../../../../shared/ipc/destinations.ts';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { useCommand } from '../../../use-command.ts';

/** Which of two qualities a destination gets; nothing while there is one only. */
export function RenditionSelect({ destination: { id, name } }: { readonly destination: Destination }) {
  const { t } = useTranslation();
  const run = useCommand();
  const settings = useSnapshots((state) => state.studio?.settings);
  if (!settings?.second) return null;
  const { picture, second, renditions } = settings;
  const choose = (second: boolean) => {
    const known = useSnapshots.getState().destinations ?? [];
    const kept = Object.entries(renditions).filter(
      ([each]) => each !== id && known.some((destination) => destination.id === each),
    );
    const own = second ? [[id, 'second'] as const] : [];
    void run(studioConfigure, { renditions: Object.fromEntries([...kept, ...own]) });
  };
  const lines = { main: shortSide(picture), second: shortSide(second) };
  return (
    <select
      aria-label={t('destinations.quality', { name })}
      className="select select-small w-auto shrink-0 px-1.5"
      value={renditions[id] ?? 'main'}
      onChange={(event) => choose(event.target.value === 'second')}
    >
      <option value="main">{t('destinations.lines', { lines: lines.main })}</option>
      <option value="second">
        {t(lines.second === lines.main ? 'destinations.linesSecond' : 'destinations.lines', {
          lines: lines.second,
        })}
      </option>
    </select>
  );
}

function shortSide({ width, height }: { readonly width: number; readonly height: number }): number {
  return Math.min(width, height);
}
