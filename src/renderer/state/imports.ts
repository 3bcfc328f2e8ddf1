import { create } from 'zustand';
import type { Reason } from '../../shared/errors.ts';

export type ImportKind = 'avatar' | 'image' | 'sound';

export interface ImportJob {
  readonly kind: ImportKind;
  readonly name: string;
  /** Bytes of the file. */
  readonly size: number;
}

export interface ImportRefusal extends ImportJob {
  readonly reason: Reason;
}

interface Imports {
  /** The file that is being checked. */
  readonly running: ImportJob | null;
  /** The last one of each kind that was refused, until it is dismissed or another one is tried. */
  readonly refused: Readonly<Partial<Record<ImportKind, ImportRefusal>>>;
}

export const useImports = create<Imports>()(() => ({ running: null, refused: {} }));

export function beginImport(running: ImportJob): void {
  useImports.setState(({ refused }) => ({ running, refused: { ...refused, [running.kind]: undefined } }));
}

export function endImport(refusal: ImportRefusal | null): void {
  useImports.setState(({ refused }) => ({
    running: null,
    refused: refusal ? { ...refused, [refusal.kind]: refusal } : refused,
  }));
}

export function forgetRefusal(kind: ImportKind): void {
  useImports.setState(({ refused }) => ({ refused: { ...refused, [kind]: undefined } }));
}

const MODEL = /\.(?:vrm|glb)$/i;
const PICTURE = /\.(?:png|jpe?g|webp)$/i;
const SOUND = /\.(?:wav|mp3|ogg|oga|opus|m4a|aac|flac)$/i;

/** What a file is by its name; null when the studio has no use for it. Main looks at the bytes. */
export function importKindOf(name: string): ImportKind | null {
  if (MODEL.test(name)) return 'avatar';
  if (SOUND.test(name)) return 'sound';
  return PICTURE.test(name) ? 'image' : null;
}
