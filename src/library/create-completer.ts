import {
  Completer as OneDocument, loadCompletionEngine, ProjectContext, type CompletionEngine,
} from '../complete/index.js';
import type { CompletionRequest, Suggestion } from '../complete/suggestion.js';
import { createPoliciesOn, type FormatPolicy } from '../format/index.js';
import { checkFields, listOf, numberFrom, OBJECT, orNull, TEXT } from '../shared/check-arguments.js';
import type { NamedSource } from '../shared/named-source.js';
import type { Completer, CompleterOptions } from './completer.js';

/** Open documents whose state is kept. */
const MOST_DOCUMENTS = 8;

const isNamedSource = (item: unknown): boolean => {
  // A text may be a getter, which is not asked before its turn comes.
  return typeof item === 'object' && item !== null && 'text' in item && typeof (item as NamedSource).path === 'string';
};

const OPTION_RULES = {
  project: listOf('objects with the strings path and text', isNamedSource),
  profilePath: orNull(TEXT), cachesPath: TEXT, networkPath: orNull(TEXT),
} satisfies Record<keyof CompleterOptions, unknown>;

const REQUEST_RULES = {
  text: TEXT, path: TEXT, offset: numberFrom(-Infinity, Infinity),
  count: numberFrom(1, Infinity, true), maxTokens: numberFrom(1, Infinity, true),
  minConfidence: numberFrom(0, 1), temperature: numberFrom(0, Infinity), seed: numberFrom(-Infinity, Infinity),
  signal: OBJECT,
} satisfies Record<keyof CompletionRequest, unknown>;

/** What was loaded last: a program uses one. */
let loaded: { readonly key: string; readonly engine: CompletionEngine } | undefined;

/**
 * Loads caches, network and grammar once, and reads the project.
 *
 * @throws ModelFileError when a file is missing, damaged or foreign
 * @throws BadOptionError for options that do not exist or cannot be
 */
export async function createCompleter(options: CompleterOptions = {}): Promise<Completer> {
  checkFields('createCompleter', options, OPTION_RULES);
  const { project = [], profilePath } = options;
  const engine = loadEngine(options);
  const policyFor = createPoliciesOn(engine.base, profilePath === undefined ? {} : { profilePath });
  return new ProjectCompleter(engine, new ProjectContext(engine, project), policyFor);
}

function loadEngine({ cachesPath, networkPath }: CompleterOptions): CompletionEngine {
  const key = JSON.stringify([cachesPath, networkPath]);
  if (loaded?.key !== key) {
    const engine = loadCompletionEngine({
      ...(cachesPath === undefined ? {} : { cachesPath }), ...(networkPath === undefined ? {} : { networkPath }),
    });
    loaded = { key, engine };
  }
  return loaded.engine;
}

class ProjectCompleter implements Completer {
  /** By path, the one that was asked about last at the end. */
  private readonly documents = new Map<string, OneDocument>();
  private readonly engine: CompletionEngine;
  private readonly project: ProjectContext;
  private readonly policyFor: (path: string | null) => FormatPolicy;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    engine: CompletionEngine, project: ProjectContext, policyFor: (path: string | null) => FormatPolicy,
  ) {
    this.engine = engine;
    this.project = project;
    this.policyFor = policyFor;
  }

  async complete(request: CompletionRequest): Promise<readonly Suggestion[]> {
    checkFields('complete', request, REQUEST_RULES, ['text', 'offset']);
    const { path } = request;
    // Documents and project remember what was asked: two requests at once would mix.
    const answer = this.last.then(() => request.signal?.aborted === true ? [] : this.documentAt(path ?? '').complete({
      ...request, policy: this.policyFor(path ?? null),
    }));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  private documentAt(path: string): OneDocument {
    const document = this.documents.get(path) ?? new OneDocument(this.engine, { project: this.project });
    this.documents.delete(path);
    this.documents.set(path, document);
    const [oldest] = this.documents.keys();
    if (this.documents.size > MOST_DOCUMENTS) this.documents.delete(oldest);
    return document;
  }
}
