import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CompletionAnswer, CompletionJob } from './completion-service.js';
import type { JsonSchema } from './json-schema.js';
import type { LearningAnswer, LearningJob } from './learning-service.js';
import type { RootFolder } from './root-folder.js';
import type { ServerOptions } from './server-options.js';
import type { TextAnswer, TextJob } from './text-jobs.js';
import type { ThreadPool } from './thread-pool.js';

/** What answers are made with. */
export interface Services {
  readonly options: ServerOptions;
  readonly root: RootFolder | null;
  readonly text: ThreadPool<TextJob, TextAnswer>;
  readonly completion: ThreadPool<CompletionJob, CompletionAnswer>;
  readonly learning: ThreadPool<LearningJob, LearningAnswer>;
}

/** A request whose body was checked against the schema of its route. */
export interface Call<Body> {
  readonly body: Body;
  readonly services: Services;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** One route of the API: the server, its description and the reference are made of these. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly group: 'Layout' | 'Completion' | 'Style' | 'Ancestors' | 'Server';
  readonly summary: string;
  readonly description?: string;
  /** Fields of the query, for GET. */
  readonly query?: JsonSchema;
  readonly body?: JsonSchema;
  /** Media types of the body; JSON alone where nothing else is said. */
  readonly takes?: readonly string[];
  readonly answer: JsonSchema;
  /** Media type of the answer. */
  readonly gives?: string;
  /** Refusals beside those that any request may get. */
  readonly refuses?: readonly number[];
  /** A body as an example. */
  readonly example?: unknown;
  /** Whether it is answered without the token. */
  readonly isFree?: true;
  readonly handle: (call: Call<never>) => Promise<unknown>;
}

/** A row of the table, whose body is of a type. */
export function apiRoute<Body>(
  row: Omit<ApiRoute, 'handle'> & { readonly handle: (call: Call<Body>) => Promise<unknown> },
): ApiRoute {
  return row as unknown as ApiRoute;
}
