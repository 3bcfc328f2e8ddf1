import type { StudioSettings, StudioSnapshot } from '../../../shared/domain/studio.ts';

/** Where settings are kept. */
export interface SettingsStore {
  load(): StudioSettings;
  save(settings: StudioSettings): void;
}

/** Finds what a setting names. */
export interface AssetLibrary {
  /** @throws ReasonError `avatar.*` */
  resolveAvatar(idOrFile: string): Promise<StudioSnapshot['avatar']>;
  /** @throws ReasonError `background.*` */
  resolveBackground(reference: string): Promise<StudioSnapshot['scene']['background']>;
  /** @throws ReasonError `image.not-found` */
  resolveImage(id: string): Promise<{ readonly url: string }>;
  /** @param id without its `sound:`. @throws ReasonError `sound.not-found` */
  resolveSound(id: string): Promise<{ readonly url: string }>;
}

/** What drives the avatar on this machine: the camera when the model is here, else the recorded performance. */
export interface TrackingSource {
  current(): Promise<StudioSnapshot['tracking']>;
  /** Parts of the person that the account's plan allows. @throws ReasonError `storage.*` */
  allowed(): StudioSnapshot['allowed'];
}
