import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type ResponseMemory, ResponseSize } from '../responses/response-size.ts';
import { closeCode } from './socket-close.ts';

/** A longer message is sent in parts of this size, so that its progress is visible and pings can be sent in between. */
const partBytes = 64 * 1024;
/** How much may wait behind the message that is being sent. graphql-ws waits for each message of a subscription. */
const maxWaitingBytes = 8 * 1024 * 1024;

export interface SenderParts {
  /** What the socket writes to. */
  connection: Duplex;
  memory: ResponseMemory;
  /** The organisation whose memory limit messages count towards; called when one is sent. */
  organizationId(): string;
  /** How long the sending of a part may take. */
  stallMs: number;
  /** A part of a long message has been sent. */
  moved(): void;
  /** Nothing has been sent for `stallMs`; the socket has been closed. */
  stalled(): void;
}

/** Sends the messages of one socket one after the other, and ends the socket when its client does not read them. */
export class SocketSender {
  readonly socket: WebSocket;
  readonly parts: SenderParts;
  /** The last message to be sent. */
  last: Promise<void> = Promise.resolve();
  /** Messages that wait for those before them, or are sent in parts. */
  queued = 0;
  waitingBytes = 0;
  /** Of the short messages that are being sent. */
  shortBytes = 0;
  gathering = false;

  constructor(socket: WebSocket, parts: SenderParts) {
    this.socket = socket;
    this.parts = parts;
  }

  /** Resolves when the message has been sent, so that a slow client slows down the streams that it reads. */
  send(text: string): Promise<void> {
    const { socket, parts } = this;
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    const bytes = text.length < partBytes ? Buffer.byteLength(text) : Number.POSITIVE_INFINITY;
    // Most messages. Together they are no longer than a part, since they may take no longer.
    if (this.queued === 0 && this.shortBytes + bytes <= partBytes) return this.sendShort(text, bytes);
    const size = new ResponseSize(parts.memory, parts.organizationId(), Number.POSITIVE_INFINITY);
    if (this.waitingBytes > maxWaitingBytes || size.grow(text.length) !== null) {
      size.release();
      socket.close(closeCode.tryAgainLater, 'The client reads too slowly. Reconnect and resume from the last cursor.');
      return Promise.resolve();
    }
    this.queued += 1;
    this.waitingBytes += text.length;
    this.last = this.last.then(async () => {
      this.waitingBytes -= text.length;
      await this.sendParts(Buffer.from(text));
      size.release();
      this.queued -= 1;
    });
    return this.last;
  }

  /** At once: the socket keeps the order of short messages, and none is sent between the parts of another. */
  sendShort(text: string, bytes: number): Promise<void> {
    this.shortBytes += bytes;
    this.last = this.sendPart(text, true).then(() => {
      this.shortBytes -= bytes;
    });
    return this.last;
  }

  async sendParts(message: Buffer): Promise<void> {
    for (let start = 0; start < message.length; start += partBytes) {
      const end = Math.min(start + partBytes, message.length);
      await this.sendPart(message.subarray(start, end), end === message.length);
      if (message.length > partBytes) this.parts.moved();
    }
  }

  sendPart(part: string | Buffer, isLast: boolean): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.readyState !== this.socket.OPEN) return resolve();
      const stalled = setTimeout(() => {
        this.parts.stalled();
        this.socket.terminate();
      }, this.parts.stallMs);
      this.gather();
      // An error means that the socket is closing, which its `close` event reports.
      this.socket.send(part, { binary: false, fin: isLast }, () => {
        clearTimeout(stalled);
        resolve();
      });
    });
  }
  /**
   * Messages of the same moment leave in one write. Ten subscriptions of a socket that receive the same event took ten, and writing was
   * most of what an event cost.
   */
  gather(): void {
    if (this.gathering) return;
    this.gathering = true;
    const { connection } = this.parts;
    connection.cork();
    // After all promises that follow from what happens now.
    process.nextTick(() => {
      this.gathering = false;
      connection.uncork();
    });
  }
}
