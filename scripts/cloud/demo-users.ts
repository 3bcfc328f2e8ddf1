import type { Cloud } from './types.ts';

export interface DemoUser {
  readonly email: string;
  readonly password: string;
  readonly username: string;
  /** What is special about it. */
  readonly note: string;
}

/** They are there after a start with `demoUsers`; good on this machine only. */
export const DEMO_USERS: readonly DemoUser[] = [
  { email: 'free@demo.example', password: 'demo-free-1', username: 'demo-free', note: 'plan Free' },
  {
    email: 'spartan@demo.example',
    password: 'demo-spartan-1',
    username: 'demo-spartan',
    note: 'plan Spartan',
  },
  {
    email: 'suspended@demo.example',
    password: 'demo-suspended-1',
    username: 'demo-suspended',
    note: 'suspended for seven days',
  },
];

const PLAN = `insert into public.user_subscriptions
  (user_id, plan_id, status, start_date, end_date, stream_time_remaining)
  select $1::uuid, p.id, 'active', now(), now() + interval '30 days', p.stream_minutes_per_week * 60
  from public.subscription_plans p where p.id = 'spartan'`;
const SUSPENSION = `insert into public.user_suspensions
  (user_id, suspension_type, suspension_level, reason, description, expires_at)
  values ($1::uuid, 'manual', 3, 'Demonstration', 'An account to look at the block screen with.',
    now() + interval '7 days')`;

/** Makes those that are not there yet. */
export async function makeDemoUsers(cloud: Pick<Cloud, 'engine' | 'addUser'>): Promise<void> {
  for (const { email, password, username } of DEMO_USERS) {
    const known = await cloud.engine.query('select 1 from auth.users where email = $1', [email]);
    if (known.length > 0) continue;
    const { id } = await cloud.addUser(email, password, username);
    if (username === 'demo-spartan') await cloud.engine.query(PLAN, [id]);
    if (username === 'demo-suspended') await cloud.engine.query(SUSPENSION, [id]);
  }
}
