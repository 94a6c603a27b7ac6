import { MAX_SOURCE_BYTES, tooLarge } from '../corpus/decode-source.js';
import type { LineRange } from '../shared/line-ranges.js';
import { indexLines } from '../shared/positions.js';
import { apiRoute, type ApiRoute, type Services } from './api-route.js';
import {
  checkAnswer, checkRequest, explainAnswer, explainRequest, formatAnswer, formatRequest, mutateAnswer, mutateRequest,
  scoreAnswer, scoreRequest,
} from './api-schemas.js';
import { Refusal } from './refusal.js';
import type { GivenSource, TextAnswer } from './text-jobs.js';

interface SourceBody {
  readonly text?: string;
  readonly path?: string;
  readonly profile?: string;
  readonly confidence?: number;
}

interface FormatBody extends SourceBody {
  readonly lines?: readonly LineRange[];
  readonly restyle?: boolean;
}

/** What a request says about a source. @throws Refusal where it names a file that it may not, or nothing at all */
export function sourceOf(body: SourceBody, { root, options }: Services): GivenSource {
  const { path: name = '<source>', profile, confidence = null } = body;
  const path = root === null || body.path === undefined ? null : root.placeOf(body.path);
  const text = body.text ?? (path === null ? null : root!.read(path));
  if (text === null) {
    const message = root === null
      ? 'text is missing; the file at a path is read only by a server with --root.'
      : 'text is missing, or the path of a file to read.';
    throw new Refusal(400, 'BAD_REQUEST', message);
  }
  checkSize(name, text);
  return {
    text, name, path,
    settings: {
      model: null, profile: null, confidence, maxSeconds: options.maxSeconds, maxMemory: options.maxMegabytes,
    },
    ...(profile === undefined ? {} : { profile: Buffer.from(profile, 'base64') }),
  };
}

function checkSize(name: string, text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_SOURCE_BYTES) throw new Refusal(413, 'TOO_LARGE', tooLarge(name, bytes).message);
}

function checkLines(lines: readonly LineRange[] | undefined): { readonly lines?: readonly LineRange[] } {
  if (lines?.some(({ first, last }) => last < first) === true) {
    throw new Refusal(400, 'BAD_REQUEST', 'lines: the last line comes before the first.');
  }
  return lines === undefined ? {} : { lines };
}

/** The answer of the kind that was asked for. */
function expectKind<K extends TextAnswer['kind']>(answer: TextAnswer, kind: K): Extract<TextAnswer, { kind: K }> {
  if (answer.kind !== kind) throw new Error(`an answer of kind ${answer.kind} in place of ${kind}`);
  return answer as Extract<TextAnswer, { kind: K }>;
}

const SCRAMBLED = 'def area( w,h ):\n  return w*h\n';

export const layoutRoutes: readonly ApiRoute[] = [
  apiRoute<FormatBody>({
    method: 'POST', path: '/api/format', group: 'Layout', summary: 'Lay a source out',
    body: formatRequest, answer: formatAnswer, refuses: [403, 404, 413, 422, 503, 504], example: { text: SCRAMBLED },
    async handle({ body, services, signal }) {
      const source = sourceOf(body, services);
      const job = { kind: 'format', source, restyle: body.restyle ?? false, ...checkLines(body.lines) } as const;
      const answer = await services.text.run(job, { name: source.name, signal });
      if (answer.kind === 'left-out') return { text: source.text, changed: false, leftOut: true };
      return expectKind(answer, 'format').result;
    },
  }),
  apiRoute<FormatBody>({
    method: 'POST', path: '/api/check', group: 'Layout', summary: 'List the gaps that formatting would change',
    body: checkRequest, answer: checkAnswer, refuses: [403, 404, 413, 422, 503, 504], example: { text: SCRAMBLED },
    async handle({ body, services, signal }) {
      const source = sourceOf(body, services);
      const { restyle = false, lines } = body;
      const job = { kind: 'format', source, restyle, deviations: true, ...checkLines(lines) } as const;
      const answer = await services.text.run(job, { name: source.name, signal });
      const positionEncoding = 'utf-32';
      if (answer.kind === 'left-out') return { positionEncoding, deviations: [], leftOut: true };
      const { text: _text, changed: _changed, ...rest } = expectKind(answer, 'format').result;
      return { positionEncoding, ...rest };
    },
  }),
  apiRoute<SourceBody & { readonly lines?: readonly LineRange[]; readonly all?: boolean }>({
    method: 'POST', path: '/api/explain', group: 'Layout', summary: 'Say why gaps would change, or stay',
    body: explainRequest, answer: explainAnswer, refuses: [403, 404, 413, 422, 503, 504],
    example: { text: SCRAMBLED, lines: [{ first: 1, last: 1 }] },
    async handle({ body, services, signal }) {
      const source = sourceOf(body, services);
      const gaps = body.all === true ? 'all' : checkLines(body.lines).lines ?? 'changes';
      const answer = await services.text.run({ kind: 'explain', source, gaps }, { name: source.name, signal });
      if (answer.kind === 'left-out') throw new Refusal(422, 'LEFT_OUT', 'the project excludes this source.');
      const { explanation } = expectKind(answer, 'explain');
      // Other languages know nothing of UTF-16.
      const { charactersBefore } = indexLines(source.text.replace(/^\uFEFF/u, ''));
      const places = explanation.gaps.map((gap) =>
        ({ ...gap, from: charactersBefore(gap.from), to: charactersBefore(gap.to) }));
      return { positionEncoding: 'utf-32', ...explanation, gaps: places };
    },
  }),
  apiRoute<{ readonly left: string; readonly right: string }>({
    method: 'POST', path: '/api/score', group: 'Layout', summary: 'Compare two layouts of one program',
    body: scoreRequest, answer: scoreAnswer, refuses: [413, 422, 503, 504],
    example: { left: 'x = 1\n', right: 'x=1\n' },
    async handle({ body, services, signal }) {
      const [left, right] = (['left', 'right'] as const).map((side) => ({
        ...sourceOf({ text: body[side] }, services), name: `<${side}>`,
      }));
      const answer = await services.text.run({ kind: 'score', left, right }, { name: '<left>', signal });
      return expectKind(answer, 'score').figures;
    },
  }),
  apiRoute<SourceBody & { readonly rate?: number; readonly seed?: number }>({
    method: 'POST', path: '/api/mutate', group: 'Layout', summary: 'Spoil the layout of a source, and keep its meaning',
    body: mutateRequest, answer: mutateAnswer, refuses: [403, 404, 413, 422, 503, 504],
    example: { text: 'def area(w, h):\n    return w * h\n', rate: 0.3 },
    async handle({ body, services, signal }) {
      const { rate = 0.2, seed = 1 } = body;
      const source = sourceOf(body, services);
      const answer = await services.text.run({ kind: 'mutate', source, rate, seed }, { name: source.name, signal });
      if (answer.kind === 'left-out') throw new Refusal(422, 'LEFT_OUT', 'the project excludes this source.');
      return { text: expectKind(answer, 'mutate').text };
    },
  }),
];
