import type { TFunction } from 'i18next';
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { movePlacement, namedPlacement, type Placement } from '../../../../../shared/domain/scene.ts';
import { scenesSave } from '../../../../../shared/ipc/scenes.ts';
import { announce } from '../../../../state/notices.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { cx } from '../../../components/cx.ts';
import { useStudio } from '../../../studio-context.ts';
import { useCommand } from '../../../use-command.ts';
import { PlacementEdit } from './placement-edit.ts';
import {
  frameOf,
  isSamePlacement,
  placementAfterDrag,
  placementAfterKey,
  placementAfterPull,
  wheelZoom,
} from './placement-moves.ts';

const REST_AFTER_KEYS_MS = 350;
const REST_AFTER_WHEEL_MS = 250;
/** Less is a click, not a drag. */
const DRAG_PIXELS = 3;
const CORNERS = [
  { x: -1, y: -1, at: '-top-px -left-px cursor-nwse-resize' },
  { x: 1, y: -1, at: '-top-px -right-px cursor-nesw-resize' },
  { x: -1, y: 1, at: '-bottom-px -left-px cursor-nesw-resize' },
  { x: 1, y: 1, at: '-bottom-px -right-px cursor-nwse-resize' },
] as const;
type Corner = (typeof CORNERS)[number];

interface Grip {
  readonly from: Placement;
  readonly x: number;
  readonly y: number;
  readonly corner: Corner | null;
  moved: boolean;
}

/** Lies over the programme picture and moves the avatar: by pointer, wheel and keys. Nothing while it is cut. */
export function PlacementOverlay() {
  const isMovable = useSnapshots(
    ({ studio }) => studio !== null && !studio.panic && studio.scene.avatar.shown,
  );
  const sceneId = useSnapshots((state) => state.studio?.scene.id ?? '');
  const placement = useSnapshots((state) => state.studio?.scene.avatar.placement);
  return isMovable && placement ? <Control sceneId={sceneId} placement={placement} /> : null;
}

interface ControlProps {
  readonly sceneId: string;
  readonly placement: Placement;
}

function Control({ sceneId, placement }: ControlProps) {
  const { t } = useTranslation();
  const helpId = useId();
  const root = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const grip = useRef<Grip | null>(null);
  const edit = usePlacementEdit(sceneId, placement, root, frame);

  const take = (event: PointerEvent<HTMLElement>, corner: Corner | null) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    frame.current!.setPointerCapture(event.pointerId);
    grip.current = { from: edit().placement, x: event.clientX, y: event.clientY, corner, moved: false };
  };
  const drag = (event: PointerEvent<HTMLElement>) => {
    const held = grip.current;
    if (!held) return;
    const { width, height } = root.current!.getBoundingClientRect();
    const [x, y] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.moved && Math.hypot(x, y) < DRAG_PIXELS) return;
    held.moved = true;
    const [dx, dy] = [x / width, y / height];
    const { corner, from } = held;
    edit().move(
      corner
        ? placementAfterPull(from, (dx * corner.x + dy * corner.y) / 2, corner)
        : placementAfterDrag(from, dx, dy, event.altKey),
    );
  };
  const release = () => {
    const held = grip.current;
    grip.current = null;
    if (held?.moved) edit().settle(0);
  };
  const undo = () => {
    grip.current = null;
    if (edit().cancel()) announce(t('placement.undone'));
  };
  const listen = (event: KeyboardEvent<HTMLElement>) => {
    const now = edit();
    if (event.key === 'Escape' && now.isDirty) undo();
    else {
      const to = grip.current ? null : placementAfterKey(now.placement, event);
      if (!to) return;
      if (!isSamePlacement(to, now.placement)) {
        now.move(to);
        now.settle(REST_AFTER_KEYS_MS);
      }
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const reset = () => {
    edit().move(namedPlacement('full'));
    edit().settle(0);
  };

  return (
    <div ref={root} className="pointer-events-none absolute inset-0 overflow-hidden">
      <div
        ref={frame}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is operated by keys of its own
        tabIndex={0}
        aria-label={t('placement.label')}
        aria-roledescription={t('placement.role')}
        aria-describedby={helpId}
        data-testid="placement"
        onPointerDown={(event) => take(event, null)}
        onPointerMove={drag}
        onPointerUp={release}
        onPointerCancel={undo}
        onDoubleClick={reset}
        onKeyDown={listen}
        className="group pointer-events-auto absolute cursor-grab touch-none select-none outline-none active:cursor-grabbing"
      >
        <p id={helpId} className="sr-only">
          {t('placement.help')}
        </p>
        <span
          aria-hidden
          className="absolute inset-0 rounded-sm border-2 border-transparent group-hover:border-text/35 group-hover:border-dashed group-focus-visible:border-accent group-focus-visible:border-solid group-active:border-accent group-active:border-solid"
        />
        {CORNERS.map((corner) => (
          <span
            key={corner.at}
            aria-hidden
            onPointerDown={(event) => take(event, corner)}
            className={cx(
              'absolute size-3 rounded-xs border border-ground bg-text opacity-0 group-hover:opacity-80 group-focus-visible:bg-accent group-focus-visible:opacity-100 group-active:opacity-100',
              corner.at,
            )}
          />
        ))}
      </div>
      <Guides />
    </div>
  );
}

/** Middle and thirds while the avatar is being placed, and what the hands can do. */
function Guides() {
  const { t } = useTranslation();
  const hint =
    'absolute bottom-3 left-1/2 -translate-x-1/2 whitespace-nowrap rounded-md bg-black/75 px-2.5 py-1 text-xs opacity-0';
  return (
    <div aria-hidden className="absolute inset-0">
      <div className="absolute inset-0 opacity-0 [[data-testid=placement]:active~*_&]:opacity-100 [[data-testid=placement]:focus-visible~*_&]:opacity-100">
        <span className="absolute inset-y-0 left-1/2 w-px bg-accent/60" />
        <span className="absolute inset-x-0 top-1/2 h-px bg-accent/35" />
        {['left-1/3', 'left-2/3'].map((place) => (
          <span key={place} className={cx('absolute inset-y-0 w-px bg-text/20', place)} />
        ))}
        {['top-1/3', 'top-2/3'].map((place) => (
          <span key={place} className={cx('absolute inset-x-0 h-px bg-text/20', place)} />
        ))}
      </div>
      <p
        className={cx(
          hint,
          'transition-opacity delay-500 [[data-testid=placement]:hover:not(:focus-visible,:active)~*_&]:opacity-100',
        )}
      >
        {t('placement.hint')}
      </p>
      <p className={cx(hint, '[[data-testid=placement]:focus-visible~*_&]:opacity-100')}>
        {t('placement.hintKeys')}
      </p>
    </div>
  );
}

/** The change in hand, bound to the page's parts; read it when something happens, never while rendering. */
function usePlacementEdit(
  sceneId: string,
  placement: Placement,
  root: { readonly current: HTMLDivElement | null },
  frame: { readonly current: HTMLDivElement | null },
): () => PlacementEdit {
  const { t } = useTranslation();
  const { pipeline } = useStudio();
  const run = useCommand();
  const edit = useRef<PlacementEdit | null>(null);
  const first = useRef({ sceneId, placement });
  first.current = { sceneId, placement };

  useLayoutEffect(() => {
    const made = new PlacementEdit(
      {
        draw: (to) => drawFrame(frame.current, to),
        preview: (to) => pipeline.previewPlacement(to),
        save: (id, to) => saveTo(run, id, to),
        settled: (to) => announce(outcomeOf(t, to)),
        nextFrame: (callback) => {
          const handle = requestAnimationFrame(callback);
          return () => cancelAnimationFrame(handle);
        },
      },
      first.current.sceneId,
      first.current.placement,
    );
    edit.current = made;
    made.take(first.current.sceneId, first.current.placement);
    return () => made.close();
  }, [frame, pipeline, run, t]);

  useLayoutEffect(() => edit.current?.take(sceneId, placement), [sceneId, placement]);

  useEffect(() => {
    const element = root.current!;
    const wheel = (event: WheelEvent) => {
      const page = document.documentElement;
      const isFocused = document.activeElement === frame.current;
      // Where the page scrolls, the wheel belongs to it until the avatar is taken up on purpose.
      if (page.scrollHeight > page.clientHeight && !isFocused && !event.ctrlKey) return;
      event.preventDefault();
      const now = edit.current!;
      now.move(movePlacement(now.placement, 0, 0, wheelZoom(event.deltaY)));
      now.settle(REST_AFTER_WHEEL_MS);
    };
    // React's own wheel listener is passive and could not keep the page from scrolling.
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [root, frame]);

  return () => edit.current!;
}

function drawFrame(element: HTMLElement | null, placement: Placement): void {
  if (!element) return;
  const { left, top, right, bottom } = frameOf(placement);
  element.style.left = `${left * 100}%`;
  element.style.top = `${top * 100}%`;
  element.style.right = `${(1 - right) * 100}%`;
  element.style.bottom = `${(1 - bottom) * 100}%`;
}

async function saveTo(
  run: ReturnType<typeof useCommand>,
  sceneId: string,
  placement: Placement,
): Promise<boolean> {
  const scene = useSnapshots.getState().studio?.settings.scenes.find((each) => each.id === sceneId);
  if (!scene) return false;
  return (await run(scenesSave, { ...scene, avatar: { ...scene.avatar, placement } })) !== null;
}

/** Where the avatar is now, for who does not see it. */
function outcomeOf(t: TFunction, placement: Placement): string {
  const share = (value: number) => Math.round(value * 100);
  const outcome = t('placement.outcome', {
    x: share(placement.x),
    y: share(placement.y),
    size: share(placement.scale),
  });
  return t('placement.outcomeNamed', { name: t(`placement.name.${placement.name}`), outcome });
}
