import type { NamedSource } from '../shared/named-source.js';
import { apiRoute, type ApiRoute } from './api-route.js';
import { profileAnswer, profileRequest } from './api-schemas.js';
import { EventStream } from './event-stream.js';
import type { LearningAnswer } from './learning-service.js';

interface ProfileBody {
  readonly files: readonly NamedSource[];
  readonly countsOnly?: boolean;
}

const told = ({ bytes, ...rest }: LearningAnswer): object =>
  ({ profile: Buffer.from(bytes).toString('base64'), ...rest });

export const profileRoutes: readonly ApiRoute[] = [
  apiRoute<ProfileBody>({
    method: 'POST', path: '/api/profile', group: 'Style', summary: "Learn a project's style from its sources",
    description: 'What `nnfmt train` would write, for sources that come with the request; nothing is kept. It takes ' +
      'about a minute, with `countsOnly` seconds; one is learned at a time. Asked with `Accept: text/event-stream`, ' +
      'it answers by server-sent events: `progress` (`{"done", "text"}`) on the way, then `done` with the body ' +
      'below, or `error`.',
    body: profileRequest, answer: profileAnswer, refuses: [413, 422, 503, 504],
    example: { files: [{ path: 'shop.py', text: 'def area(w, h):\n    return w * h\n' }], countsOnly: true },
    async handle({ body: { files, countsOnly = false }, services, signal, request, reply }) {
      const job = { sources: files, countsOnly };
      const name = 'learning';
      if (!(request.headers.accept ?? '').includes('text/event-stream')) {
        return told(await services.learning.run(job, { name, signal }));
      }
      const stream = new EventStream(reply);
      const onNews = (news: unknown): void => stream.send('progress', news as object);
      await stream.run(async () => told(await services.learning.run(job, { name, signal, onNews })));
    },
  }),
];
