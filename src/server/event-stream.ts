import type { FastifyReply } from 'fastify';
import { refusalOf } from './refusal.js';

/** An answer of server-sent events. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export class EventStream {
  /** Takes the answer out of the framework's hands. */
  constructor(private readonly reply: FastifyReply) {
    const headers = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined);
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(Object.fromEntries(headers) as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no',
    });
  }

  /** One event; nothing where nobody listens any more. */
  send(event: string, data: object): void {
    if (!this.reply.raw.destroyed) this.reply.raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Does what sends events, and ends with `done` and what it gave, or with `error`. */
  async run(work: () => Promise<object>): Promise<void> {
    try {
      this.send('done', await work());
    } catch (cause) {
      const { body, isBug } = refusalOf(cause);
      if (isBug) this.reply.log.error({ err: cause }, 'unexpected failure');
      this.send('error', body);
    }
    this.reply.raw.end();
  }
}
