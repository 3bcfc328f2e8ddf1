import { RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import {
  DEFAULT_SHORTCUTS,
  duplicateShortcuts,
  SHORTCUT_ACTIONS,
  type ShortcutAction,
  type ShortcutMap,
} from '../../../../shared/domain/shortcuts.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { announce } from '../../../state/notices.ts';
import { useSession } from '../../../state/session.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
import { useCommand } from '../../use-command.ts';
import { SettingSwitch } from './fields.tsx';
import { ShortcutField } from './shortcut-field.tsx';

const isScene = (action: ShortcutAction): boolean => action.startsWith('scene-');

/** Every action with its keys; what is wrong with one is said beside it. */
export function ShortcutsSection() {
  const { t } = useTranslation();
  const run = useCommand();
  const map = useSnapshots((state) => state.studio?.settings.shortcuts ?? DEFAULT_SHORTCUTS);
  const scenes = useSnapshots((state) => state.studio?.settings.scenes) ?? [];
  const bindings = useSnapshots((state) => state.shortcuts?.bindings) ?? [];
  const duplicates = duplicateShortcuts(map);
  const save = (shortcuts: ShortcutMap) => run(studioConfigure, { shortcuts });

  const nameOf = (action: ShortcutAction): string => {
    if (!isScene(action)) return t(`settings.shortcuts.action.${action as 'panic'}`);
    const number = Number(action.slice('scene-'.length));
    return t('settings.shortcuts.scene', { number, name: scenes[number - 1]?.name ?? '' });
  };
  // A scene that does not exist has nothing to be named by.
  const listed = SHORTCUT_ACTIONS.filter(
    (action) => !isScene(action) || Number(action.slice('scene-'.length)) <= scenes.length,
  );
  const isDefault = SHORTCUT_ACTIONS.every((action) => map[action] === DEFAULT_SHORTCUTS[action]);

  return (
    <>
      <GlobalSwitch />
      <ul aria-label={t('settings.section.shortcuts')} className="divide-y divide-line border-line border-t">
        {listed.map((action) => (
          <li key={action}>
            <ShortcutField
              name={nameOf(action)}
              accelerator={map[action]}
              problem={
                duplicates.has(action)
                  ? 'duplicate'
                  : (bindings.find((each) => each.action === action)?.problem ?? null)
              }
              onChange={(accelerator) => void save({ ...map, [action]: accelerator })}
            />
          </li>
        ))}
      </ul>
      <div className="mt-4 flex items-center gap-3">
        <Button
          icon={<RotateCcw aria-hidden className="size-3.5" />}
          aria-disabled={isDefault}
          onClick={() => {
            if (isDefault) return;
            void save(DEFAULT_SHORTCUTS).then((done) => done && announce(t('settings.shortcuts.wasReset')));
          }}
        >
          {t('settings.shortcuts.reset')}
        </Button>
        {isDefault && <span className="text-muted text-xs">{t('settings.shortcuts.isDefault')}</span>}
      </div>
    </>
  );
}

function GlobalSwitch() {
  const { t } = useTranslation();
  const run = useCommand();
  const offered = useSession((state) => state.hello?.desktop.globalShortcuts ?? false);
  const available = useSnapshots((state) => state.shortcuts?.globalAvailable ?? offered);
  const on = useSnapshots((state) => state.studio?.settings.globalShortcuts ?? false);
  if (!offered || !available) {
    return <p className="pb-3 text-muted text-xs">{t('settings.shortcuts.windowOnly')}</p>;
  }
  return (
    <SettingSwitch
      label={t('settings.shortcuts.global')}
      hint={t('settings.shortcuts.globalHint')}
      checked={on}
      onChange={(globalShortcuts) => void run(studioConfigure, { globalShortcuts })}
    />
  );
}
