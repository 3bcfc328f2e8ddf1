import { expect, test } from 'vitest';
import { sendQueue } from './send-queue.ts';

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0790 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:C350 0100007F:01BB 01 0001F4A0:00000000 01:00000015 00000000     0        0 2 2 0 20 4 30 10 -1
   2: 0100007F:01BB 0100007F:C350 01 00000000:00000010 00:00000000 00000000     0        0 3 1 0 20 4 30 10 -1
`;

test('the row of a connection is found from its own end', () => {
  expect(sendQueue(TABLE, 50_000, 443)).toBe(0x1f4a0);
  expect(sendQueue(TABLE, 443, 50_000)).toBe(0);
  expect(sendQueue(TABLE, 50_001, 443)).toBeNull();
  expect(sendQueue('', 1, 2)).toBeNull();
});
