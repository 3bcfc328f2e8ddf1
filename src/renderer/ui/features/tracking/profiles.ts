import {
  ANY_CAMERA,
  type Profiles,
  profileOf,
  type TrackingProfile,
  withProfile,
} from '../../../../shared/domain/tracking-settings.ts';

/** Whose profile is in use, by the label of the camera that runs. */
export function profileKey(cameraLabel: string): string {
  return cameraLabel === '' ? ANY_CAMERA : cameraLabel;
}

/** What the user sets; the rest of a profile is learnt by calibration. */
export type ProfileChoices = Pick<
  TrackingProfile,
  'tuning' | 'glasses' | 'linkedEyes' | 'autoBlink' | 'prediction'
>;

export function choicesOf(profile: TrackingProfile): ProfileChoices {
  const { tuning, glasses, linkedEyes, autoBlink, prediction } = profile;
  return { tuning, glasses, linkedEyes, autoBlink, prediction };
}

/** What the user set goes over what calibration may have learnt in the meantime. */
export function withChoices(profiles: Profiles, camera: string, choices: ProfileChoices): Profiles {
  return withProfile(profiles, camera, { ...profileOf(profiles, camera), ...choices });
}
