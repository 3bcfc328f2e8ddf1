import { MAX_SCENES, type Scene } from '../../../../../shared/domain/scene.ts';
import { SHORTCUT_ACTIONS, type ShortcutAction } from '../../../../../shared/domain/shortcuts.ts';

const MAX_NAME = 60;

/** The ids with one of them moved by `steps` places, as far as there is room. Pure. */
export function movedIds(ids: readonly string[], id: string, steps: number): string[] {
  const from = ids.indexOf(id);
  if (from < 0) return [...ids];
  const to = Math.min(ids.length - 1, Math.max(0, from + steps));
  const rest = ids.filter((each) => each !== id);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}

/** `wanted`, or with the first free number behind it. Pure. */
export function freeName(wanted: string, scenes: readonly Pick<Scene, 'name'>[]): string {
  const taken = new Set(scenes.map((scene) => scene.name));
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/ \d+$/, '').slice(0, MAX_NAME - 4);
  for (let number = 2; number <= MAX_SCENES + 1; number++) {
    const name = `${stem} ${number}`;
    if (!taken.has(name)) return name;
  }
  return stem;
}

/** The shortcut of the scene at a place in the list; only the first nine have one. */
export function sceneShortcut(index: number): ShortcutAction | null {
  return SHORTCUT_ACTIONS.find((action) => action === `scene-${index + 1}`) ?? null;
}
