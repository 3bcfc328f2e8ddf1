import fc from 'fast-check';
import { fromBuffer, type OscMessageInput, toBuffer } from 'osc-min';
import { describe, expect, test } from 'vitest';
import { ARKIT_CHANNELS, ARKIT_INDEX } from '../../shared/domain/arkit.ts';
import { type AvatarPose, createAvatarPose } from '../../shared/domain/avatar-pose.ts';
import { HUMAN_BONE_INDEX, HUMAN_BONE_MIRROR, HUMAN_BONES } from '../../shared/domain/human-bones.ts';
import type { VmcPose } from '../../shared/ipc/vmc.ts';
import { blendTarget } from './blend-names.ts';
import { VmcInbox } from './inbox.ts';
import { VmcOutbox } from './outbox.ts';
import { MAX_PACKET_BYTES, readPacket } from './packets.ts';
import { boneOfUnity, unityBoneName } from './unity.ts';

const bytesOf = (packet: Parameters<typeof toBuffer>[0]): Uint8Array => {
  const { buffer, byteOffset, byteLength } = toBuffer(packet);
  return new Uint8Array(buffer, byteOffset, byteLength);
};
const bundle = (...elements: OscMessageInput[]) => bytesOf({ timetag: [0, 1], elements });
const bone = (name: string, ...numbers: number[]): OscMessageInput => ({
  address: '/VMC/Ext/Bone/Pos',
  args: [name, ...numbers],
});
const blend = (name: string, value: number): OscMessageInput => ({
  address: '/VMC/Ext/Blend/Val',
  args: [name, value],
});
const APPLY: OscMessageInput = { address: '/VMC/Ext/Blend/Apply' };

function received(...elements: OscMessageInput[]): VmcPose | null {
  const inbox = new VmcInbox();
  readPacket(bundle(...elements), 1000, (address, args) => void inbox.take(address, args));
  return inbox.collect();
}

/** The rotation of a bone as received, or null. */
const rotationOf = (pose: VmcPose | null, name: keyof typeof HUMAN_BONE_INDEX): number[] | null => {
  const bones = pose?.bones ?? [];
  for (let i = 0; i < bones.length; i += 5) {
    if (bones[i] === HUMAN_BONE_INDEX[name]) return bones.slice(i + 1, i + 5);
  }
  return null;
};

describe('Unity’s names and frame', () => {
  test('every bone has its name, thumbs counted as Unity does', () => {
    expect(HUMAN_BONES.map((each) => boneOfUnity(unityBoneName(each)))).toEqual(HUMAN_BONES.map((_, i) => i));
    expect(unityBoneName('leftThumbMetacarpal')).toBe('LeftThumbProximal');
    expect(unityBoneName('rightThumbProximal')).toBe('RightThumbIntermediate');
    expect(unityBoneName('rightThumbDistal')).toBe('RightThumbDistal');
    expect(unityBoneName('upperChest')).toBe('UpperChest');
    expect(['hips', 'LEFTHAND', 'Tail', '', 'LeftThumbMetacarpal'].map(boneOfUnity)).toEqual([
      0,
      HUMAN_BONE_INDEX.leftHand,
      -1,
      -1,
      -1,
    ]);
  });

  /**
   * In Unity an avatar that looks to +Z has its left hand at −X. Its left arm is lowered by turning it about +Z
   * (anti-clockwise seen from −Z in a left-handed frame, −X to −Y); ours by turning about −Z.
   */
  test('a lowered left arm, a head turned to its left and one that nods are the same in both', () => {
    const half = Math.PI / 8;
    const [s, c] = [Math.sin(half), Math.cos(half)];
    const pose = received(
      bone('LeftUpperArm', 0, 0, 0, 0, 0, s, c),
      bone('Head', 0, 0, 0, 0, -s, 0, c),
      bone('Neck', 0, 0, 0, s, 0, 0, c),
    );
    const near = (rotation: number[] | null) => rotation?.map((value) => Math.round(value * 1000) / 1000);
    const [rs, rc] = [Math.round(s * 1000) / 1000, Math.round(c * 1000) / 1000];
    expect(near(rotationOf(pose, 'leftUpperArm'))).toEqual([0, 0, -rs, rc]);
    // Yaw > 0 turns our face to +X, its left; in Unity its left is −X, where a negative turn about Y leads.
    expect(near(rotationOf(pose, 'head'))).toEqual([0, rs, 0, rc]);
    expect(near(rotationOf(pose, 'neck'))).toEqual([rs, 0, 0, rc]);
  });

  test('hips count against where they were first, the root turns and carries them', () => {
    const inbox = new VmcInbox();
    const say = (...elements: OscMessageInput[]) => {
      readPacket(bundle(...elements), 1000, (address, args) => void inbox.take(address, args));
      return inbox.collect();
    };
    expect(say(bone('Hips', 0.1, 0.9, 0, 0, 0, 0, 1))?.hips).toEqual([0, 0, 0]);
    // To its left in Unity is −X, here +X.
    expect(say(bone('Hips', 0, 0.85, 0.02, 0, 0, 0, 1))?.hips).toEqual([0.1, -0.05, 0.02]);
    const root: OscMessageInput = { address: '/VMC/Ext/Root/Pos', args: ['root', 0, 0.1, 0, 0, 1, 0, 0] };
    const turned = say(root);
    expect(rotationOf(turned, 'hips')?.map(Math.abs)).toEqual([0, 1, 0, 0]);
    expect(turned?.hips?.[1]).toBeCloseTo(0.05, 5);
    // Across the room is no shift of the hips.
    expect(say(bone('Hips', 0, 50, 0, 0, 0, 0, 1))?.hips?.[1]).toBe(0.6);
  });
});

describe('blend shapes', () => {
  test('names of perfect sync are channels, presets are shares of them, the rest are expressions', () => {
    for (const name of ARKIT_CHANNELS) {
      const index = ARKIT_INDEX[name];
      expect(blendTarget(name)).toEqual({ kind: 'channel', index });
      expect(blendTarget(name.charAt(0).toUpperCase() + name.slice(1))).toEqual({ kind: 'channel', index });
    }
    expect(blendTarget('Blink_L')).toEqual(blendTarget('blinkLeft'));
    expect([blendTarget('Joy'), blendTarget('My Face')]).toEqual([
      { kind: 'expression', name: 'happy' },
      { kind: 'expression', name: 'My Face' },
    ]);
    expect(blendTarget('constructor')).toEqual({ kind: 'expression', name: 'constructor' });
  });

  test('count from the next Apply on, clamped; presets give way to perfect sync', () => {
    expect(received(blend('JawOpen', 0.5))).toBeNull();
    expect(received(blend('jawOpen', 0.5), blend('Joy', 7), APPLY)).toEqual({
      bones: [],
      hips: null,
      channels: [ARKIT_INDEX.jawOpen, 0.5],
      expressions: { happy: 1 },
    });
    expect(received(blend('A', 1), blend('Blink', 0.5), APPLY)?.channels).toContain(0.7);
    expect(received(blend('A', 1), blend('JawOpen', 0.25), APPLY)?.channels).toEqual([
      ARKIT_INDEX.jawOpen,
      0.25,
    ]);
  });
});

function somePose(seed: number): AvatarPose {
  const pose = createAvatarPose();
  for (let i = 0; i < HUMAN_BONES.length; i++) {
    const q = [0, 1, 2, 3].map((k) => Math.sin(seed + i * 4 + k) + (k === 3 ? 1.5 : 0));
    const length = Math.hypot(...q);
    for (let k = 0; k < 4; k++) pose.rotations[i * 4 + k] = q[k]! / length;
  }
  pose.channels.forEach((_, i) => {
    pose.channels[i] = Math.abs(Math.sin(seed * 3 + i));
  });
  pose.expressions[1] = 0.25;
  return pose;
}

describe('what is sent', () => {
  const datagrams = (outbox: VmcOutbox, pose: AvatarPose): Uint8Array[] => {
    const out: Uint8Array[] = [];
    outbox.write(pose, 1.5, (view) =>
      out.push(new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice()),
    );
    return out;
  };

  test('comes back as it was: bones, channels, expressions, hips', () => {
    const outbox = new VmcOutbox();
    outbox.setExpressions(['', 'Smug']);
    const inbox = new VmcInbox();
    const pose = somePose(2);
    const through = (hipsX: number) => {
      pose.hipsX = hipsX;
      for (const bytes of datagrams(outbox, pose)) {
        expect(bytes.length).toBeLessThan(1450);
        expect(
          readPacket(bytes, 1000, (address, args) => expect(inbox.take(address, args)).toBe(true)),
        ).toBeGreaterThan(0);
      }
      return inbox.collect();
    };
    through(0);
    const back = through(0.1);
    expect(back?.hips).toEqual([0.1, 0, 0]);
    expect(back?.expressions).toEqual({ Smug: 0.25 });
    expect(back?.bones).toHaveLength(HUMAN_BONES.length * 5);
    HUMAN_BONES.forEach((name, i) => {
      rotationOf(back, name)!.forEach((value, k) => {
        expect(Math.abs(value - pose.rotations[i * 4 + k]!)).toBeLessThan(1e-4);
      });
    });
    expect(back?.channels).toHaveLength(ARKIT_CHANNELS.length * 2);
    for (let i = 0; i < back!.channels.length; i += 2) {
      expect(back!.channels[i + 1]).toBeCloseTo(pose.channels[back!.channels[i]!]!, 3);
    }
  });

  test('is what the protocol says, word by word', () => {
    const outbox = new VmcOutbox();
    const messages = datagrams(outbox, somePose(1)).flatMap((bytes) => {
      const packet = fromBuffer(bytes);
      return packet.oscType === 'bundle' ? packet.elements : [];
    });
    const text = messages.map((each) =>
      each.oscType === 'message' ? `${each.address} ${each.args.map(({ type }) => type).join(' ')}` : '',
    );
    expect(text.slice(0, 4)).toEqual([
      '/VMC/Ext/OK integer',
      '/VMC/Ext/T float',
      `/VMC/Ext/Root/Pos string${' float'.repeat(7)}`,
      `/VMC/Ext/Bone/Pos string${' float'.repeat(7)}`,
    ]);
    expect(text.at(-1)).toBe('/VMC/Ext/Blend/Apply ');
    expect(messages).toHaveLength(3 + 55 + 52 + 1);
    const places = new Map(
      messages.flatMap((each) => {
        if (each.oscType !== 'message' || each.address !== '/VMC/Ext/Bone/Pos') return [];
        return [
          [
            String((each.args[0] as { value: string }).value),
            each.args.slice(1, 4).map((arg) => (arg as { value: number }).value),
          ],
        ];
      }),
    );
    // In Unity the left arm goes to −X, and sides are mirrored.
    expect(places.get('LeftLowerArm')![0]!).toBeLessThan(0);
    HUMAN_BONES.forEach((name, i) => {
      const [x, y, z] = places.get(unityBoneName(name))!;
      const twin = places.get(unityBoneName(HUMAN_BONES[HUMAN_BONE_MIRROR[i]!]!))!;
      expect([x! + twin[0]!, y! - twin[1]!, z! - twin[2]!].map(Math.abs)).toEqual([0, 0, 0]);
    });
  });

  test('another list of expressions makes other packets; the same one none', () => {
    const outbox = new VmcOutbox();
    const count = () => datagrams(outbox, createAvatarPose()).length;
    const before = count();
    outbox.setExpressions(Array.from({ length: 32 }, (_, i) => `expression number ${i}`));
    expect(count()).toBeGreaterThan(before);
    outbox.setExpressions([]);
    expect(count()).toBe(before);
  });
});

describe('what anybody sends', () => {
  const take = (bytes: Uint8Array, allowance = 1000) => {
    const inbox = new VmcInbox();
    const read = readPacket(bytes, allowance, (address, args) => void inbox.take(address, args));
    const pose = inbox.collect();
    const numbers = [
      ...(pose?.bones ?? []),
      ...(pose?.channels ?? []),
      ...(pose?.hips ?? []),
      ...Object.values(pose?.expressions ?? {}),
    ];
    expect(numbers.every(Number.isFinite)).toBe(true);
    return { read, pose };
  };

  test('bytes of any kind, alone or in a bundle, never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        take(bytes);
        const inBundle = new Uint8Array(16 + bytes.length);
        inBundle.set(new TextEncoder().encode('#bundle\0'));
        inBundle.set(bytes, 16);
        take(inBundle);
        const message = new Uint8Array(20 + bytes.length);
        message.set(new TextEncoder().encode('/VMC/Ext/Bone/Pos\0\0\0'));
        message.set(bytes, 20);
        take(message);
      }),
      { numRuns: 500 },
    );
  });

  test('messages are read as the library reads them', () => {
    const argument = fc.oneof(
      fc
        .string({ maxLength: 100, unit: 'grapheme' })
        .filter((text) => text.length <= 120 && !text.includes('\0')),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((value) => ({ type: 'integer' as const, value })),
      fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .map((value) => ({ type: 'double' as const, value })),
    );
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 8 }), (args) => {
        const bytes = bytesOf({ address: '/VMC/Ext/Some/Thing', args });
        const wanted = fromBuffer(bytes);
        const read: unknown[] = [];
        const count = readPacket(bytes, 10, (address, values) => read.push(address, values));
        if (bytes.length > 512) expect(count).toBe(-1);
        else {
          expect(read).toEqual([
            '/VMC/Ext/Some/Thing',
            wanted.oscType === 'message' ? wanted.args.map((arg) => (arg as { value: unknown }).value) : [],
          ]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a good packet with any byte changed never throws and gives finite numbers', () => {
    const whole = bundle(
      bone('Head', 0, 1, 0, 0, 0, 0, 1),
      bone('Hips', 0, 1, 0, 0, 0, 0, 1),
      blend('JawOpen', 1),
      APPLY,
    );
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const changed = whole.slice();
        changed[at] = value;
        take(changed);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['no number', bone('Head', 0, 0, 0, Number.NaN, 0, 0, 1)],
    ['without end', bone('Head', 0, 0, 0, Number.POSITIVE_INFINITY, 0, 0, 1)],
    ['no rotation', bone('Head', 0, 0, 0, 0, 0, 0, 0)],
    ['a rotation far from a unit', bone('Head', 0, 0, 0, 5, 0, 0, 1)],
    ['beyond the horizon', bone('Head', 1e6, 0, 0, 0, 0, 0, 1)],
    ['an unknown bone', bone('Tail', 0, 0, 0, 0, 0, 0, 1)],
    ['too few numbers', bone('Head', 0, 0, 0, 0, 0, 0)],
    ['a name that is none', { address: '/VMC/Ext/Bone/Pos', args: [1, 0, 0, 0, 0, 0, 0, 1] }],
    ['an address nobody knows', { address: '/VMC/Ext/Cam', args: ['x', 0, 0, 0, 0, 0, 0, 1, 60] }],
    ['another protocol', { address: '/tracking/head', args: [0, 1, 0] }],
    ['a name without end', blend('x'.repeat(200), 1)],
  ])('%s is left out', (_, message) => {
    expect(take(bundle(message)).pose).toBeNull();
  });

  test('what is too large, too deep, too much or lies about its size is refused', () => {
    expect(take(new Uint8Array(MAX_PACKET_BYTES + 1)).read).toBe(-1);
    const good = bone('Head', 0, 0, 0, 0, 0, 0, 1);
    expect(take(bundle(...Array.from({ length: 400 }, () => good)), 100).read).toBe(-1);
    expect(take(bundle(good), 100).read).toBe(1);
    let deep = bundle(good);
    for (let depth = 0; depth < 4; depth++) {
      const outer = new Uint8Array(20 + deep.length);
      outer.set(new TextEncoder().encode('#bundle\0'));
      new DataView(outer.buffer).setUint32(16, deep.length);
      outer.set(deep, 20);
      deep = outer;
      expect(take(deep).read).toBe(depth < 1 ? 1 : -1);
    }
    const lying = bundle(good).slice();
    new DataView(lying.buffer).setUint32(16, 0xffff_fff0);
    expect(take(lying).read).toBe(-1);
    // Empty elements would each cost an exception in the parser.
    const empty = new Uint8Array(MAX_PACKET_BYTES);
    empty.set(new TextEncoder().encode('#bundle\0'));
    expect(take(empty).read).toBe(-1);
  });

  test('names without end do not fill the memory', () => {
    const inbox = new VmcInbox();
    let taken = 0;
    for (let i = 0; i < 5000; i++) if (inbox.take('/VMC/Ext/Blend/Val', [`name ${i}`, 1])) taken++;
    inbox.take('/VMC/Ext/Blend/Apply', []);
    expect(taken).toBe(512);
    expect(Object.keys(inbox.collect()!.expressions)).toHaveLength(64);
  });

  test('another sender is heard whatever names the one before made up', () => {
    const inbox = new VmcInbox();
    for (let i = 0; i < 5000; i++) inbox.take('/VMC/Ext/Blend/Val', [`name ${i}`, 1]);
    inbox.take('/VMC/Ext/Blend/Apply', []);
    inbox.clear();
    expect(inbox.take('/VMC/Ext/Blend/Val', ['Sparkle', 1])).toBe(true);
    inbox.take('/VMC/Ext/Blend/Apply', []);
    expect(inbox.collect()?.expressions).toEqual({ Sparkle: 1 });
  });
});
