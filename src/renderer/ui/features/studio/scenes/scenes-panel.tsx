import { Layers, Plus } from 'lucide-react';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MAX_SCENES } from '../../../../../shared/domain/scene.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { SceneCard } from './scene-card.tsx';
import { useSceneActions } from './use-scene-actions.ts';

const STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };

/**
 * The scenes there are, as a strip where there is width and as a grid where there is none; choosing one fades to
 * it. Arrow keys only move the focus, unlike in other radio groups: a scene on the way that shows the whole screen
 * must not flash up before viewers.
 */
export function ScenesPanel() {
  const { t } = useTranslation();
  const { move } = useSceneActions();
  const list = useRef<HTMLDivElement>(null);
  const hintId = useId();
  const [renaming, setRenaming] = useState<string | null>(null);
  const scenes = useSnapshots((state) => state.studio?.settings.scenes) ?? [];
  const shownId = useSnapshots((state) => state.studio?.settings.sceneId ?? '');

  const focusCard = (id: string) => {
    const cards = [...(list.current?.querySelectorAll<HTMLElement>('[role=radio]') ?? [])];
    cards.find((card) => card.dataset['scene'] === id)?.focus();
  };
  const listen = (event: KeyboardEvent<HTMLElement>) => {
    const card = (event.target as HTMLElement).closest<HTMLElement>('[role=radio]');
    const at = scenes.findIndex((scene) => scene.id === card?.dataset['scene']);
    const scene = scenes[at];
    if (!scene || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const steps = STEPS[event.key];
    if (steps !== undefined && event.altKey) move(scene, steps);
    else if (steps !== undefined) focusCard(scenes[(at + steps + scenes.length) % scenes.length]!.id);
    else if (event.key === 'Home') focusCard(scenes[0]!.id);
    else if (event.key === 'End') focusCard(scenes[scenes.length - 1]!.id);
    else if (event.key === 'F2') setRenaming(scene.id);
    else if (event.key === 'Delete') openDialog({ kind: 'remove-scene', id: scene.id });
    else return;
    event.preventDefault();
  };

  return (
    <section
      aria-labelledby={`${hintId}-title`}
      className="card grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-2 p-2.5 lg:@xl:grid-cols-[auto_minmax(0,1fr)_auto]"
    >
      <h2 id={`${hintId}-title`} className="flex items-center gap-2 pl-1 font-semibold text-sm">
        <Layers aria-hidden className="size-4 text-muted" />
        {t('scenes.title')}
      </h2>
      <p id={hintId} className="sr-only">
        {t('scenes.hint')}
      </p>
      <div
        ref={list}
        role="radiogroup"
        aria-label={t('scenes.title')}
        aria-describedby={hintId}
        className="col-span-2 row-start-2 -m-1 grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-1 p-1 lg:@xl:col-span-1 lg:@xl:col-start-2 lg:@xl:row-start-1 lg:@xl:flex lg:@xl:overflow-x-auto"
        onKeyDown={listen}
      >
        {scenes.map((scene, index) => (
          <SceneCard
            key={scene.id}
            scene={scene}
            index={index}
            count={scenes.length}
            shown={scene.id === shownId}
            renaming={renaming === scene.id}
            onRename={() => setRenaming(scene.id)}
            onRenamed={() => {
              setRenaming(null);
              // The card takes the place of the field first.
              requestAnimationFrame(() => focusCard(scene.id));
            }}
          />
        ))}
      </div>
      {scenes.length < MAX_SCENES && (
        <Button
          size="small"
          className="col-start-2 row-start-1 lg:@xl:col-start-3"
          icon={<Plus aria-hidden className="size-3.5" />}
          aria-label={t('scenes.addTip')}
          onClick={() => openDialog({ kind: 'scene', id: null })}
        >
          {t('scenes.add')}
        </Button>
      )}
    </section>
  );
}
