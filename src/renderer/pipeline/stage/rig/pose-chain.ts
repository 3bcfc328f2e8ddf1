import { type Object3D, Quaternion } from 'three';

export interface ChainLink {
  readonly node: Object3D;
  /** Part of the head's rotation that this bone has made, counted from the root: 0..1; the last link has 1. */
  readonly share: number;
}

interface Rest {
  readonly node: Object3D;
  readonly share: number;
  readonly world: Quaternion;
  /** Rotation of the node's parent against the link before it, at rest: what lies between does not move. */
  readonly between: Quaternion;
}

const IDENTITY = new Quaternion();

/**
 * Spreads a head rotation over the spine so that the last bone's world rotation, against its rest, is exactly
 * the wanted one, whatever rest rotations the bones have and whatever bones lie between them.
 */
export class PoseChain {
  private readonly links: Rest[] = [];
  private readonly desired = new Quaternion();
  private readonly parent = new Quaternion();

  /** The links from the root to the head, in the scene graph at rest with current world matrices. */
  constructor(links: readonly ChainLink[]) {
    const before = new Quaternion();
    for (const { node, share } of links) {
      const world = node.getWorldQuaternion(new Quaternion());
      const parentWorld = node.parent?.getWorldQuaternion(new Quaternion()) ?? new Quaternion();
      this.links.push({ node, share, world, between: before.clone().invert().multiply(parentWorld) });
      before.copy(world);
    }
  }

  /** @param head wanted world rotation of the last link. @param lean added to every link but the last. */
  apply(head: Quaternion, lean: Quaternion): void {
    const last = this.links.length - 1;
    this.parent.identity();
    for (let i = 0; i <= last; i++) {
      const link = this.links[i]!;
      if (i === last) this.desired.copy(head);
      else this.desired.slerpQuaternions(IDENTITY, head, link.share).premultiply(lean);
      this.desired.multiply(link.world);
      this.parent.multiply(link.between).invert();
      link.node.quaternion.copy(this.parent).multiply(this.desired);
      this.parent.copy(this.desired);
    }
  }
}
