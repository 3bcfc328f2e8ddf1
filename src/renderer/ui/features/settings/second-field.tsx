import { useTranslation } from 'react-i18next';
import { isTicked } from '../../../../shared/domain/destination-choice.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { useCommand } from '../../use-command.ts';
import { useTicks } from '../studio/destinations/use-ticks.ts';
import { SettingSwitch } from './fields.tsx';
import { proposedSide, secondCost } from './side-rendition.ts';
import { SideCostLine, SideRenditionFields } from './side-rendition-fields.tsx';

/** A second encode for some of the destinations; what it costs is said before it is switched on. */
export function SecondField({ locked }: { readonly locked: boolean }) {
  const { t } = useTranslation();
  const run = useCommand();
  const settings = useSnapshots((state) => state.studio?.settings);
  const destinations = useSnapshots((state) => state.destinations) ?? [];
  const ticks = useTicks();
  if (!settings) return null;
  const { picture, second } = settings;
  const shown = second ?? proposedSide(picture);
  const on = destinations.filter((each) => isTicked(each, destinations, ticks)).map(({ id }) => id);
  return (
    <div className="py-1">
      <SettingSwitch
        label={t('settings.second.on')}
        hint={t('settings.second.hint')}
        checked={second !== null}
        disabled={locked}
        onChange={(wanted) => void run(studioConfigure, { second: wanted ? shown : null })}
      />
      {second && (
        <div className="mb-2">
          <SideRenditionFields
            value={second}
            main={picture}
            locked={locked}
            onChange={(next) => void run(studioConfigure, { second: next })}
          />
          <p className="mt-2 text-muted text-xs">{t('settings.second.choose')}</p>
        </div>
      )}
      <SideCostLine cost={secondCost(settings, shown, on)} on={second !== null} />
    </div>
  );
}
