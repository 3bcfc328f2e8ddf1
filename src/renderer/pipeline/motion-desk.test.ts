import { expect, test } from 'vitest';
import { type Reason, ReasonError } from '../../shared/errors.ts';
import type { StudioClient } from '../bridge/client.ts';
import { MotionDesk, type MotionDeskState } from './motion-desk.ts';
import type { StageClient } from './stage-client.ts';

const stage = { recordMotion: () => undefined } as unknown as StageClient;

/** A desk whose main answers as `refusal` says: a reason, taken, or only when told. */
function create(refusal: Reason | 'taken' | 'later') {
  const main = {
    refusal,
    taken: [] as { id: string; name: string; bytes: number[] }[],
    answer: (): void => undefined,
  };
  const client = {
    upload: async (_upload: unknown, { id, name }: { id: string; name: string }, blob: Blob) => {
      if (main.refusal === 'later')
        await new Promise<void>((done) => {
          main.answer = done;
        });
      else if (main.refusal !== 'taken') throw new ReasonError(main.refusal);
      main.taken.push({ id, name, bytes: [...new Uint8Array(await blob.arrayBuffer())] });
      return {};
    },
  } as unknown as StudioClient;
  const told: string[] = [];
  const desk = new MotionDesk(client, (message) => told.push(message));
  const states: MotionDeskState[] = [];
  desk.onState((state) => states.push(state));
  return { main, desk, told, states, reasons: () => desk.state.unkept.map(({ reason }) => reason) };
}

test('what main takes is gone from the desk, and nobody hears of it', async () => {
  const { main, desk, states } = create('taken');
  await desk.keep(new Uint8Array([1, 2]));
  expect(main.taken.map(({ bytes }) => bytes)).toEqual([[1, 2]]);
  expect([states, await desk.retry('1')]).toEqual([[], false]);
});

test('what main refuses is held: another recording and another refusal do not take its place', async () => {
  const { main, desk, told, reasons } = create('ipc.disconnected');
  await desk.keep(new Uint8Array([1]));
  const [first] = desk.state.unkept;
  expect(first).toMatchObject({ reason: 'ipc.disconnected', trying: false });
  expect(first!.name).toMatch(/\d/);
  desk.record(true, stage);
  desk.record(false, stage);
  main.refusal = 'storage.full';
  await desk.keep(new Uint8Array([2]));
  expect(reasons()).toEqual(['ipc.disconnected', 'storage.full']);
  expect(await desk.retry(first!.id)).toBe(false);
  expect(reasons()).toEqual(['storage.full', 'storage.full']);
  expect(told).toHaveLength(3);

  main.refusal = 'taken';
  expect(await desk.retry(first!.id)).toBe(true);
  expect(main.taken).toEqual([{ id: first!.id, name: first!.name, bytes: [1] }]);
  expect(desk.state.unkept).toHaveLength(1);
  desk.discard(desk.state.unkept[0]!.id);
  expect(desk.state.unkept).toEqual([]);
  expect(main.taken).toHaveLength(1);
});

test('while it is offered it is offered once, and cannot be discarded', async () => {
  const { main, desk } = create('storage.full');
  await desk.keep(new Uint8Array([7]));
  const { id } = desk.state.unkept[0]!;
  main.refusal = 'later';
  const kept = desk.retry(id);
  expect(desk.state.unkept[0]?.trying).toBe(true);
  expect(await desk.retry(id)).toBe(false);
  desk.discard(id);
  expect(desk.state.unkept).toHaveLength(1);
  main.answer();
  expect([await kept, desk.state.unkept, main.taken.length]).toEqual([true, [], 1]);
});
