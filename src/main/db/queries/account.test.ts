import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TemporaryDatabase, temporaryDatabase } from '../fixtures.ts';
import { createAccountStore } from './account.ts';
import { createPlanParts } from './plan-parts.ts';

const ME = '00000000-0000-4000-8000-000000000001';
let database: TemporaryDatabase;
beforeEach(() => {
  database = temporaryDatabase(ME);
});
afterEach(() => database.close());

const account = () =>
  database.sqlite.exec(`
    insert into subscription_plans (id, name, description, rank, price, stream_minutes_per_week, avatar_max_count) values
      ('free', 'Free', '', 0, 0, 15, 1), ('zeus', 'Zeus', '', 3, 1999, 5000, 100);
    insert into users (id, username, email, plan, twitter_handle) values ('${ME}', 'me', 'me@example.org', 'zeus', 'x')`);

test('before the first pull nothing is known, of a guest nothing ever', () => {
  expect(createAccountStore(database).user()).toBeNull();
  account();
  const guest = { db: database.db, owner: null };
  expect(createAccountStore(guest).user()).toBeNull();
});

test('the account with its plan', () => {
  account();
  expect(createAccountStore(database).user()).toEqual({
    username: 'me',
    avatarUrl: null,
    twitterHandle: 'x',
    plan: 'zeus',
    planName: 'Zeus',
  });
  // A plan of a server that is ahead of what was pulled.
  database.sqlite.exec("update users set plan = 'titan'");
  expect(createAccountStore(database).user()).toMatchObject({ plan: 'titan', planName: null });
});

test('the plan says which parts are tracked; where there is none, all may be', () => {
  const parts = createPlanParts(database);
  expect(parts.allowed()).toEqual({ body: true, hands: true });
  account();
  expect(parts.allowed()).toEqual({ body: false, hands: false });
  database.sqlite.exec("update subscription_plans set body_tracking = 1 where id = 'zeus'");
  expect(parts.allowed()).toEqual({ body: true, hands: false });
  expect(createPlanParts({ db: database.db, owner: null }).allowed()).toEqual({ body: true, hands: true });
});
