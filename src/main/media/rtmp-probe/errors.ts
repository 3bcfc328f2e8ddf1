/** The peer does not speak RTMP as it is specified, or sends more than is read of it. */
export class RtmpProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RtmpProtocolError';
  }
}
