import { Monitor } from 'lucide-react';
import type { CSSProperties } from 'react';
import type { Placement, Scene } from '../../../../../shared/domain/scene.ts';
import type { LibrarySnapshot } from '../../../../../shared/ipc/library.ts';
import { cx } from '../../../components/cx.ts';
import { sceneBackground } from './scene-background.ts';

interface Props {
  readonly scene: Pick<Scene, 'background' | 'capture' | 'avatar' | 'overlay'>;
  readonly library: LibrarySnapshot | null;
  /** Width / height of the canvas. */
  readonly shape: number;
  readonly className?: string;
}

/** A scene as a drawing: enough to tell it from the others at a glance. */
export function SceneThumbnail({ scene, library, shape, className }: Props) {
  const background = sceneBackground(scene.background, library);
  const overlay = scene.overlay && library?.images.find((image) => image.id === scene.overlay?.imageId);
  return (
    <span
      aria-hidden
      className={cx(
        'keep-colours relative block overflow-hidden rounded-md bg-well',
        background.kind === 'transparent' && 'chequered',
        className,
      )}
      style={{
        aspectRatio: shape,
        ...(background.kind === 'color' ? { backgroundColor: background.color } : {}),
      }}
    >
      {background.kind === 'image' && (
        <img src={background.url} alt="" className="absolute inset-0 size-full object-cover" />
      )}
      {scene.capture.shown && (
        <span
          className={cx(
            'absolute grid place-items-center border border-text/50 bg-ground/80 text-text',
            scene.capture.fit === 'cover' || shape >= 1 ? 'inset-[4%]' : 'inset-x-[4%] inset-y-[34%]',
          )}
        >
          <Monitor className="size-1/3 opacity-70" />
        </span>
      )}
      {scene.avatar.shown && <Figure placement={scene.avatar.placement} />}
      {scene.overlay && overlay && (
        <img
          src={overlay.url}
          alt=""
          className="absolute -translate-x-1/2 -translate-y-1/2"
          style={{
            left: percent(scene.overlay.x),
            top: percent(scene.overlay.y),
            width: percent(scene.overlay.width),
            opacity: scene.overlay.opacity,
          }}
        />
      )}
    </span>
  );
}

/** Head and shoulders where the avatar's picture lies. */
export function Figure({ placement }: { readonly placement: Placement }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 100 100"
      preserveAspectRatio="xMidYMax meet"
      className="absolute text-accent drop-shadow-[0_0_2px_rgb(0_0_0/70%)]"
      style={boxOf(placement)}
    >
      <path
        fill="currentColor"
        d="M50 18c12 0 20 9 20 22 0 9-4 17-10 21v5c16 3 27 14 28 34H12c1-20 12-31 28-34v-5c-6-4-10-12-10-21 0-13 8-22 20-22z"
      />
    </svg>
  );
}

/** The rectangle of the avatar's own picture, as lengths of the canvas. */
function boxOf({ x, y, scale }: Pick<Placement, 'x' | 'y' | 'scale'>): CSSProperties {
  return {
    left: percent(x - scale / 2),
    top: percent(y - scale / 2),
    width: percent(scale),
    height: percent(scale),
  };
}

function percent(share: number): string {
  return `${share * 100}%`;
}
