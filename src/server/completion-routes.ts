import { lengthIn, type PositionEncoding } from '../shared/position-encoding.js';
import { apiRoute, type ApiRoute, type Call, type Services } from './api-route.js';
import {
  completeAnswer, completeRequest, eventAnswer, predictQuery, predictionsAnswer, resultsAnswer, streamRequest,
} from './api-schemas.js';
import type { CompletionAnswer, CompletionJob } from './completion-service.js';
import { EventStream } from './event-stream.js';
import { Refusal } from './refusal.js';

interface CompleteBody {
  readonly prefix: string;
  readonly suffix?: string;
  readonly path?: string;
  readonly document?: string;
  readonly count?: number;
  readonly maxTokens?: number;
  readonly minConfidence?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly model?: string;
  readonly positionEncoding?: PositionEncoding;
}

/** The model that is meant without a name: all that nnfmt has. */
const OWN_MODEL = 'nnfmt';
/** What neural_complete's front end asks for before it has heard of others; whoever asks for one gets ours. */
const ANCESTORS_DEFAULTS = ['char', 'neural_char', 'neural_token'];

const modelNames = ({ options }: Services): string[] => [OWN_MODEL, ...Object.keys(options.models)];

const noSuchModel = (services: Services): Refusal =>
  new Refusal(400, 'BAD_OPTION', `model: there is no such model (there are: ${modelNames(services).join(', ')}).`);

/** @throws Refusal for a model that does not exist and a path that may not be */
function jobOf(body: CompleteBody, services: Services): CompletionJob {
  const { prefix, suffix = '', path: given, document } = body;
  const { count = 3, maxTokens = 40, minConfidence = 0, temperature = 0, seed = 1 } = body;
  const { model = OWN_MODEL } = body;
  if (!modelNames(services).includes(model)) throw noSuchModel(services);
  const path = services.root === null || given === undefined ? null : services.root.placeOf(given);
  return {
    text: prefix + suffix, offset: prefix.length, document: document ?? given ?? '', path, count, maxTokens,
    minConfidence, temperature, seed, model: model === OWN_MODEL ? null : model,
    settings: {
      model: null, profile: null, confidence: null, maxSeconds: services.options.maxSeconds, maxMemory: null,
    },
  };
}

/** What is known of a request beside its body. */
type Course = Omit<Call<never>, 'body'>;

async function complete(body: CompleteBody, { services, signal }: Course): Promise<CompletionAnswer> {
  return services.completion.run(jobOf(body, services), { name: body.path ?? '<source>', signal });
}

/** Suggestions whose ranges count in an encoding. */
function inUnits({ suggestions }: CompletionAnswer, body: CompleteBody): object {
  const { prefix, suffix = '', positionEncoding = 'utf-32' } = body;
  const whole = prefix + suffix;
  const convert = (offset: number): number => lengthIn(whole.slice(0, offset), positionEncoding);
  return {
    positionEncoding,
    suggestions: suggestions.map(({ text, confidence, source, range: { start, end } }) =>
      ({ text, confidence, source, range: { start: convert(start), end: convert(end) } })),
  };
}

/** The line that a prediction makes of a text: the ancestors answer with what was typed of it. */
const wholeLines = ({ suggestions }: CompletionAnswer, text: string): string[] => {
  const typed = text.slice(text.lastIndexOf('\n') + 1);
  return suggestions.map((one) => typed + one.text);
};

interface PredictBody {
  readonly keyword?: string;
  readonly model?: string;
  readonly text?: string;
}

/** Both ancestors ask at one address: what is asked tells who. */
async function predict(body: PredictBody, call: Course): Promise<object> {
  const { services } = call;
  if (body.text !== undefined && body.keyword === undefined) {
    const { suggestions } = await complete({ prefix: body.text, count: 3, document: 'PyCodeComplete' }, call);
    const [first = '', second = '', third = ''] = suggestions.map(({ text }) => text);
    return { prediction_1: first, prediction_2: second, prediction_3: third };
  }
  const { keyword = 'from ', model = 'char' } = body;
  const known = modelNames(services).includes(model);
  if (!known && !ANCESTORS_DEFAULTS.includes(model)) throw noSuchModel(services);
  const asked = { prefix: keyword, count: 3, document: 'neural_complete', model: known ? model : OWN_MODEL };
  const lines = wholeLines(await complete(asked, call), keyword);
  return { data: { results: lines.map((line) => line.trim()) } };
}

const predictWords = {
  group: 'Ancestors', summary: 'Finish a line, as neural_complete and PyCodeComplete do',
  description: '`keyword` and `model`: neural_complete, the answer is `{"data": {"results": […]}}`. `text`: ' +
    'PyCodeComplete, the answer is `{"prediction_1", "prediction_2", "prediction_3"}`.',
  answer: { anyOf: [resultsAnswer, predictionsAnswer] }, refuses: [413, 503, 504],
} as const;

const getModels = {
  path: '/get_models', group: 'Ancestors', summary: 'The completion models that may be asked for',
  answer: resultsAnswer,
  handle: async ({ services }: Call<unknown>) => ({ data: { results: modelNames(services) } }),
} as const;

export const completionRoutes: readonly ApiRoute[] = [
  apiRoute<CompleteBody>({
    method: 'POST', path: '/api/complete', group: 'Completion', summary: 'Say how the line at a cursor may go on',
    body: completeRequest, answer: completeAnswer, refuses: [403, 413, 422, 503, 504],
    example: { prefix: 'import os\n\nfor name in os.', count: 2 },
    handle: async ({ body, ...call }) => inUnits(await complete(body, call), body),
  }),
  apiRoute<CompleteBody & { readonly lines?: number }>({
    method: 'POST', path: '/api/complete/stream', group: 'Completion',
    summary: 'The same, and how it goes on from there',
    description: 'Server-sent events: `suggestions` for the line of the cursor (the body of /api/complete), ' +
      'then `line` (`{"text", "confidence"}`) for each line that follows when the best suggestion is taken each ' +
      'time, and `done` at the end, or `error`. To end it, close the connection.',
    body: streamRequest, answer: eventAnswer, gives: 'text/event-stream',
    refuses: [403, 413, 422, 503, 504], example: { prefix: 'import os\n\nfor name in os.', lines: 3 },
    async handle({ body: { lines = 5, ...body }, ...call }) {
      // What is refused at once is refused in the ordinary way.
      const first = await complete(body, call);
      const stream = new EventStream(call.reply);
      stream.send('suggestions', inUnits(first, body));
      await stream.run(async () => {
        let { prefix } = body;
        let [best] = first.suggestions;
        for (let k = 1; k < lines && best !== undefined && !call.signal.aborted; k++) {
          prefix = `${prefix}${best.text}\n`;
          [best] = (await complete({ ...body, prefix, count: 1 }, call)).suggestions;
          if (best !== undefined) stream.send('line', { text: best.text, confidence: best.confidence });
        }
        return {};
      });
    },
  }),
  apiRoute<unknown>({ method: 'GET', ...getModels }),
  apiRoute<unknown>({ method: 'POST', ...getModels }),
  apiRoute<unknown>({
    method: 'GET', path: '/predict', query: predictQuery, ...predictWords,
    handle: async ({ request, ...call }) => predict(request.query as PredictBody, { request, ...call }),
  }),
  apiRoute<PredictBody>({
    method: 'POST', path: '/predict', body: predictQuery,
    takes: ['application/json', 'application/x-www-form-urlencoded'], ...predictWords,
    example: { keyword: 'import numpy as ', model: OWN_MODEL },
    handle: async ({ body, ...call }) => predict(body, call),
  }),
];
