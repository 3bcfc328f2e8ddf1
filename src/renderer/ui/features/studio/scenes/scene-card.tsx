import {
  ArrowDown,
  ArrowUp,
  Check,
  Copy,
  EllipsisVertical,
  LayoutTemplate,
  Pencil,
  Trash2,
} from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Scene } from '../../../../../shared/domain/scene.ts';
import { acceleratorAria, type ShortcutAction } from '../../../../../shared/domain/shortcuts.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { cx } from '../../../components/cx.ts';
import { IconButton } from '../../../components/icon-button.tsx';
import { Menu, MenuItem } from '../../../components/menu.tsx';
import { isMac, useShortcutText } from '../../../shortcuts.ts';
import { sceneShortcut } from './scene-list.ts';
import { SceneThumbnail } from './scene-thumbnail.tsx';
import { useSceneActions } from './use-scene-actions.ts';

interface Props {
  readonly scene: Scene;
  readonly index: number;
  readonly count: number;
  readonly shown: boolean;
  readonly renaming: boolean;
  readonly onRename: () => void;
  readonly onRenamed: () => void;
}

export function SceneCard({ scene, index, count, shown, renaming, onRename, onRenamed }: Props) {
  const { t } = useTranslation();
  const actions = useSceneActions();
  const library = useSnapshots((state) => state.library);
  const shape = useSnapshots((state) => {
    const { width, height } = state.studio?.settings.picture ?? { width: 16, height: 9 };
    return width / height;
  });
  const contents = useContents(scene);
  const shortcut = sceneShortcut(index);
  const accelerator = useSnapshots(
    (state) => (shortcut && state.studio?.settings.shortcuts[shortcut]) ?? null,
  );
  const thumbnail = (
    <span
      className={cx(
        'grid h-9 shrink-0 place-items-center',
        shape < 1 ? 'w-8' : count > 3 ? 'w-16 lg:@xl:w-13' : 'w-16',
      )}
    >
      <SceneThumbnail
        scene={scene}
        library={library}
        shape={shape}
        className={shape >= 1 ? 'w-full' : 'h-full'}
      />
    </span>
  );
  return (
    <div
      className={cx(
        'group flex min-w-0 items-center rounded-lg border pr-0.5 lg:@xl:min-w-42 lg:@xl:max-w-64 lg:@xl:flex-1',
        shown ? 'border-accent bg-accent/10' : 'border-line bg-surface hover:bg-raised',
      )}
    >
      {renaming ? (
        <div className="flex min-w-0 flex-1 items-center gap-2.5 p-1">
          {thumbnail}
          <NameField scene={scene} onDone={onRenamed} />
        </div>
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a native radio would show every scene the arrow keys pass
        <button
          type="button"
          role="radio"
          aria-checked={shown}
          aria-keyshortcuts={accelerator === null ? undefined : acceleratorAria(accelerator, isMac)}
          title={contents}
          data-scene={scene.id}
          tabIndex={shown ? 0 : -1}
          onClick={() => actions.select(scene)}
          onDoubleClick={() => openDialog({ kind: 'scene', id: scene.id })}
          className="flex min-w-0 flex-1 items-center gap-2 rounded-lg p-1 text-left -outline-offset-2"
        >
          {thumbnail}
          <span className="min-w-0 flex-1">
            <span className={cx('flex items-center gap-1.5', shown && 'font-semibold')}>
              <span className="truncate">{scene.name}</span>
              {shown && <Check aria-hidden className="size-3.5 shrink-0 text-accent" />}
            </span>
            <span className={cx('block truncate text-muted text-xs', shortcut && 'lg:@xl:hidden')}>
              {contents}
            </span>
            {shortcut && <SceneKeys action={shortcut} />}
          </span>
        </button>
      )}
      <Menu
        trigger={
          <IconButton
            label={t('scenes.menu', { name: scene.name })}
            icon={<EllipsisVertical className="size-4" />}
          />
        }
      >
        <MenuItem icon={<LayoutTemplate />} onSelect={() => openDialog({ kind: 'scene', id: scene.id })}>
          {t('scenes.edit')}
        </MenuItem>
        <MenuItem icon={<Pencil />} onSelect={onRename}>
          {t('scenes.rename')}
        </MenuItem>
        <MenuItem icon={<Copy />} onSelect={() => actions.duplicate(scene)}>
          {t('scenes.duplicate')}
        </MenuItem>
        {index > 0 && (
          <MenuItem icon={<ArrowUp />} onSelect={() => actions.move(scene, -1)}>
            {t('scenes.moveUp')}
          </MenuItem>
        )}
        {index < count - 1 && (
          <MenuItem icon={<ArrowDown />} onSelect={() => actions.move(scene, 1)}>
            {t('scenes.moveDown')}
          </MenuItem>
        )}
        <MenuItem
          danger
          icon={<Trash2 />}
          onSelect={() => openDialog({ kind: 'remove-scene', id: scene.id })}
        >
          {t('scenes.remove')}
        </MenuItem>
      </Menu>
    </div>
  );
}

/** Shown only: the card says it to screen readers itself. */
function SceneKeys({ action }: { readonly action: ShortcutAction }) {
  const keys = useShortcutText(action);
  return (
    <kbd aria-hidden className="block truncate font-sans text-2xs text-muted">
      {keys}
    </kbd>
  );
}

/** What is in a scene, in a few words. */
function useContents(scene: Scene): string {
  const { t } = useTranslation();
  const parts = [
    scene.avatar.shown && t('scenes.part.avatar'),
    scene.capture.shown && t('scenes.part.capture'),
    scene.overlay && t('scenes.part.overlay'),
  ].filter((part) => typeof part === 'string');
  const text = parts.length > 0 ? parts.join(' · ') : t('scenes.part.empty');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Enter and leaving the field take the name, Escape keeps the old one. */
function NameField({ scene, onDone }: { readonly scene: Scene; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const { rename } = useSceneActions();
  const left = useRef(false);
  const leave = (name: string | null) => {
    if (left.current) return;
    left.current = true;
    if (name !== null) rename(scene, name.trim());
    onDone();
  };
  const listen = (event: KeyboardEvent<HTMLInputElement>) => {
    event.stopPropagation();
    if (event.key === 'Enter') leave(event.currentTarget.value);
    if (event.key === 'Escape') leave(null);
  };
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: renaming was asked for, and this is where it happens
      autoFocus
      aria-label={t('scenes.renameLabel', { name: scene.name })}
      defaultValue={scene.name}
      maxLength={60}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={(event) => leave(event.currentTarget.value)}
      onKeyDown={listen}
      className="h-8 min-w-0 flex-1 rounded-md border border-edge bg-raised px-2"
    />
  );
}
