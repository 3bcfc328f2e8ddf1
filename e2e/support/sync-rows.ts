import type { Cloud } from '../../scripts/cloud/types.ts';

/** Gives a user the largest plan, and that many avatars, as if other machines had made them. */
export async function fillLibrary(
  cloud: Pick<Cloud, 'engine'>,
  userId: string,
  avatars: number,
): Promise<void> {
  await cloud.engine.query(
    `insert into public.user_subscriptions (user_id, plan_id, stream_time_remaining) values ($1, 'goat', 0)`,
    [userId],
  );
  await cloud.engine.query(
    `insert into public.avatars (uid, user_id, name, type, category, vertices, control_points, file_size, ipfs_hash,
       blend_shapes, metadata, last_used_at)
     select gen_random_uuid(), $1, 'Avatar ' || n, 'glb-upload', 'custom', n, 0, n * 1000, md5(n::text),
       '{"jawOpen": 1, "eyeBlinkLeft": 2}', jsonb_build_object('author', 'somebody', 'n', n), now()
     from generate_series(1, $2) n`,
    [userId, avatars],
  );
}
