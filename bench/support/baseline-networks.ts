/**
 * Networks of both units behind one face: whole lines, and the loss of a text. No caches, no
 * filters; a network over pieces keeps the rules of brackets, quotes and words that its
 * vocabulary needs to spell a line at all.
 */
import { readFileSync } from 'node:fs';
import { beamSearch, type PiecePredictor } from '../../src/complete/beam-search.js';
import { loadCharHead, loadHead, type CharHead } from '../../src/complete/load-head.js';
import { createLineNetwork, NetworkDocument, type CompletionHead } from '../../src/complete/network-document.js';
import { dueAfter, PieceRules, type LineSyntax } from '../../src/complete/piece-rules.js';
import { encodeText } from '../../src/complete/piece-text.js';
import { PIECE, type PieceVocabulary } from '../../src/complete/pieces.js';
import { lineTokens } from '../../src/evaluate/completion-cases.js';
import { decodeCompletionModel } from '../../src/model/completion/completion-file.js';
import { completionLayout } from '../../src/model/completion/completion-layout.js';
import { MAX_BATCH, type CompletionState, type PieceRows } from '../../src/model/completion/completion-network.js';
import { lexPython } from '../../src/tokenize/index.js';
import { spell } from './baseline-caches.js';
import { codeCharacters } from './code-characters.js';

/** A text that ends behind a whole token. */
export interface LinePrefix {
  readonly text: string;
  /** Without layout and with placeholders for literals, as networks over pieces know PY150's text. */
  readonly normalised: boolean;
}

export interface TextLoss {
  /** Of what `codeCharacters` counts. */
  readonly codeNats: number;
  readonly codeCharacters: number;
  /** Of every character; null where the network does not predict every character. */
  readonly allNats: number | null;
  readonly allCharacters: number;
}

export interface BaselineNetwork {
  readonly unit: 'token' | 'char';
  readonly parameters: number;
  /** The rest of each prefix's line, as tokens. */
  complete(prefixes: readonly LinePrefix[]): string[][];
  /** @param spelling see `codeCharacters` */
  loss(texts: readonly string[], spelling: PieceVocabulary): TextLoss;
}

export interface LineSearch {
  /** Open hypotheses; 1 is greedy. */
  readonly beam: number;
}

/** Scores are divided by length to this power, as in bench/py150.ts. */
const LENGTH_EXPONENT = 0.3;
const MAX_PIECES = 60;
const MAX_CHARACTERS = 120;

/** Loads a model of either unit. */
export function loadBaseline(path: string, search: LineSearch): BaselineNetwork {
  const { unit, sizes } = decodeCompletionModel(readFileSync(path), { path });
  const parameters = completionLayout(sizes).total;
  return unit === 'char' ? characterNetwork(loadCharHead(path), parameters, search) : pieceNetwork(loadHead({ modelPath: path }), parameters, search);
}

function pieceNetwork(head: CompletionHead, parameters: number, { beam }: LineSearch): BaselineNetwork {
  const { network, vocabulary } = head;
  const line = createLineNetwork(head);
  const rules = new PieceRules(vocabulary);
  interface State { readonly network: unknown; readonly syntax: LineSyntax }
  const predictor: PiecePredictor<State> = {
    predict(states) {
      const rows = line.predict(states.map((state) => state.network));
      states.forEach(({ syntax }, k) => rules.restrict(syntax, '', rows[k]));
      return rows;
    },
    extend(steps) {
      const next = line.extend(steps.map(({ state, piece }) => ({ state: state.network, piece })));
      return steps.map(({ state, piece }, k) => ({ network: next[k], syntax: rules.after(state.syntax, piece) }));
    },
    endsLine: (piece) => piece === PIECE.line,
  };
  return {
    unit: 'token',
    parameters,
    complete: (prefixes) => prefixes.map(({ text, normalised }) => {
      // A blank at the end says that the last word is whole.
      const { tokens, end } = lexPython(`${text} `, { comments: true });
      const start: State = {
        network: new NetworkDocument(head, normalised).moveTo(`${text} `, tokens), syntax: { due: dueAfter(end.openBrackets), inside: 'nothing', form: 'free' },
      };
      const best = beamSearch(predictor, start, { width: beam, maxPieces: MAX_PIECES, lengthExponent: LENGTH_EXPONENT }).find(({ pieces }) => pieces.length > 0);
      return best === undefined ? [] : spell(vocabulary, best.pieces);
    }),
    loss(texts, spelling) {
      const sum = { codeNats: 0, codeCharacters: 0, allNats: null, allCharacters: 0 };
      for (const text of texts) {
        const { tokens, count } = codeCharacters(text, spelling);
        const rows = encodeText(text, vocabulary);
        const state = network.start();
        let at = 0;
        for (const { token, counts } of tokens) {
          for (const piece of vocabulary.encode(token)) {
            network.read(state, rows, at, at + 1);
            at++;
            if (rows.pieces[at] !== piece) throw new Error('the text was not cut as its tokens are');
            if (counts) sum.codeNats += natsOf(network.predict([state]).probabilities[piece]);
          }
        }
        sum.codeCharacters += count;
        sum.allCharacters += text.length;
      }
      return sum;
    },
  };
}

/** What a probability costs; one that rounds to nothing costs no more than 69. */
const natsOf = (probability: number): number => -Math.log(Math.max(1e-30, probability));

const characterRows = (pieces: Int16Array): PieceRows => ({ pieces, slots: new Int16Array(), numbers: new Float32Array() });

function characterNetwork({ network, vocabulary }: CharHead, parameters: number, { beam }: LineSearch): BaselineNetwork {
  interface State { readonly network: CompletionState; readonly breaksWord: boolean }
  const [newline] = vocabulary.encode('\n').subarray(1);
  const isWordPart = Array.from({ length: vocabulary.size }, (_, piece) => /\w/u.test(vocabulary.text(piece)));
  const predictor: PiecePredictor<State> = {
    predict(states) {
      const { probabilities } = network.predict(states.map((state) => state.network));
      return states.map(({ breaksWord }, k) => {
        const row = probabilities.subarray(k * network.pieces, k * network.pieces + vocabulary.size);
        row[0] = 0;
        row[vocabulary.size - 1] = 0;
        if (breaksWord) for (let piece = 0; piece < row.length; piece++) if (isWordPart[piece]) row[piece] = 0;
        return row;
      });
    },
    extend(steps) {
      const next = steps.map(({ state }) => network.copy(state.network));
      network.advance(next, characterRows(Int16Array.from(steps, ({ piece }) => piece)));
      return next.map((state) => ({ network: state, breaksWord: false }));
    },
    endsLine: (piece) => piece === newline,
  };
  return {
    unit: 'char',
    parameters,
    complete(prefixes) {
      const read = readTogether(prefixes.map(({ text }) => vocabulary.encode(text)));
      return read.map((state, k) => {
        const start: State = { network: state, breaksWord: /\w$/u.test(prefixes[k].text) };
        const found = beamSearch(predictor, start, { width: beam, maxPieces: MAX_CHARACTERS, lengthExponent: LENGTH_EXPONENT });
        return found
          .map(({ pieces }) => lineTokens(pieces.map((piece) => vocabulary.text(piece)).join('')))
          .find((tokens) => tokens.length > 0) ?? [];
      });
    },
    loss(texts, spelling) {
      const sum = { codeNats: 0, codeCharacters: 0, allNats: 0, allCharacters: 0 };
      const masks = texts.map((text) => codeCharacters(text, spelling));
      for (const { count } of masks) sum.codeCharacters += count;
      readTogether(texts.map((text) => vocabulary.encode(text)), (text, at, nats) => {
        sum.allNats += nats;
        sum.allCharacters++;
        if (masks[text].counted[at] === 1) sum.codeNats += nats;
      });
      return sum;
    },
  };

  /** Reads texts side by side, which reads the weights once for all; tells what each character cost, where that is asked. */
  function readTogether(texts: readonly Int16Array[], tell?: (text: number, at: number, nats: number) => void): CompletionState[] {
    const states = texts.map(() => network.start());
    const longest = Math.max(...texts.map(({ length }) => length));
    for (let at = 0; at < longest; at++) {
      const open = texts.flatMap(({ length }, k) => (at < length ? [k] : []));
      network.advance(open.map((k) => states[k]), characterRows(Int16Array.from(open, (k) => texts[k][at])));
      if (tell === undefined) continue;
      const asked = open.filter((k) => at + 1 < texts[k].length);
      for (let first = 0; first < asked.length; first += MAX_BATCH) {
        const batch = asked.slice(first, first + MAX_BATCH);
        const { probabilities } = network.predict(batch.map((k) => states[k]));
        batch.forEach((k, row) => tell(k, at, natsOf(probabilities[row * network.pieces + texts[k][at + 1]])));
      }
    }
    return states;
  }
}

/** The end of a text, from a line's beginning on, of about so many characters. */
export function lastLines(text: string, characters: number): string {
  return text.length <= characters ? text : text.slice(text.lastIndexOf('\n', text.length - characters) + 1);
}
