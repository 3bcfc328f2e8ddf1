import { expect, test } from 'vitest';
import { senderOf } from '../_shared/sender.ts';

test('the last proxy says who sends, not the sender', () => {
  for (const forged of ['1.2.3.4', 'x, y', '2001:db8::1', ', ,', 'x'.repeat(1000)]) {
    expect(senderOf(`${forged}, 203.0.113.7`, '10.0.0.1')).toBe('203.0.113.7');
  }
  expect(senderOf('203.0.113.7', '10.0.0.1')).toBe('203.0.113.7');
  expect(senderOf(null, '10.0.0.1')).toBe('10.0.0.1');
  expect(senderOf('1.2.3.4, ', '10.0.0.1')).toBe('10.0.0.1');
  expect(senderOf(null, null)).toBe('unknown');
});

test.each([
  ['2001:db8:1:2::5', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::5]:4711', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::5', '2001:db8:1:3::/64'],
  ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:4711', '203.0.113.7'],
])('%s is of %s', (address, sender) => {
  expect(senderOf(address, null)).toBe(sender);
});
