import type { LibrarySnapshot } from '../../../../../shared/ipc/library.ts';

export type SceneBackground =
  | { readonly kind: 'color'; readonly color: string }
  | { readonly kind: 'image'; readonly url: string }
  | { readonly kind: 'transparent' }
  /** Names a picture that is not in the library any more. */
  | { readonly kind: 'gone' };

/** What a scene's `background` names, as far as the library knows it. Pure. */
export function sceneBackground(id: string, library: LibrarySnapshot | null): SceneBackground {
  if (id === 'transparent') return { kind: 'transparent' };
  if (/^#[0-9a-f]{6}$/i.test(id)) return { kind: 'color', color: id };
  const picture = [...(library?.backgrounds ?? []), ...(library?.images ?? [])].find(
    (each) => each.id === id,
  );
  return picture ? { kind: 'image', url: picture.url } : { kind: 'gone' };
}
