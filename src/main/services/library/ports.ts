import type { AvatarReport } from '../../../shared/domain/avatar-report.ts';

/** Checks the avatar file at a path. @throws ReasonError `avatar.not-found`; a refusal is in the report */
export type InspectAvatar = (path: string, options: { signal?: AbortSignal }) => Promise<AvatarReport>;

/** What the library needs of the world. */
export interface LibraryOptions {
  /** The program's own files: `avatars/*.vrm|glb` with `*.png` beside them, `backgrounds/backgrounds.json`. */
  readonly resourcesDir: string;
  /** Data folder; the user's avatars are kept in `avatars/` of it. */
  readonly home: string;
  readonly inspect: InspectAvatar;
  /** Called with every change of the snapshot. */
  readonly onChange?: () => void;
}
