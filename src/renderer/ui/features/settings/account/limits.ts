import type texts from '../../../i18n/account.json';

type Limit = keyof (typeof texts)['refused']['limit'];

const LIMITS: Readonly<Record<Limit, true>> = {
  avatar_max_count: true,
  rtmp_sources_max: true,
  max_file_size_mb: true,
  max_bones: true,
  max_morph_points: true,
  max_morph_targets: true,
  stream_minutes_per_week: true,
  max_concurrent_streams: true,
  max_resolution: true,
};

/** Whether a refusal's detail is a limit of the plans that there are words for. */
export function isLimit(detail: string): detail is Limit {
  return Object.hasOwn(LIMITS, detail);
}
