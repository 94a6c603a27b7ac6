/**
 * The caches that complete beside the network: n-grams counted over corpora, and the gate that weighs them
 * and the network. The gate is fitted on projects held out, where neither has an unfair advantage. How sure
 * to be of a suggestion (fit-calibration.ts) is learned last, of the finished caches in use.
 */
import { folderOf, readSource, type Project } from '../../corpus/index.js';
import { pieceShape, type PieceShape } from '../../complete/piece-contexts.js';
import { CorpusTable, packCorpus, type PackedCorpus } from '../../complete/corpus-table.js';
import type { MixtureGate } from '../../complete/mixture-gate.js';
import type { CompletionHead } from '../../complete/network-document.js';
import { PieceVocabulary, type PieceList } from '../../complete/pieces.js';
import { createRandom } from '../../shared/random.js';
import { countCorpus, type CountingConfig } from './count-corpus.js';
import { fitGate, type GateTraining } from './fit-gate.js';
import { collectGateSamples, type GateProject } from './gate-samples.js';
import { joinPieces, projectPieces, type FilePieces } from './project-pieces.js';

/** Share of a held-out project's files that are predicted from the others. */
const PREDICTED_SHARE = 0.25;
/** Files of a held-out project that places to fit the gate on are taken from, at most. */
const GATE_FILES = 60;
/** Pieces of a file that are predicted: as it is, and as normalised text. */
const PLAIN_PIECES = 4000;
const NORMALISED_PIECES = 1500;

interface Pieces {
  readonly vocabulary: PieceVocabulary;
  readonly shape: PieceShape;
}

const piecesOf = (list: PieceList): Pieces => {
  const vocabulary = new PieceVocabulary(list);
  return { vocabulary, shape: pieceShape(vocabulary) };
};

/**
 * Counts n-grams over projects, of which at most 255 have different folders.
 *
 * @param options.piecesPerProject read of each, at most; half as many of an old revision
 */
export function countProjects(list: PieceList, projects: readonly Project[], options: {
  readonly counting: CountingConfig;
  readonly piecesPerProject: number;
  readonly seed: number;
  readonly note: (line: string) => void;
}): PackedCorpus {
  const { counting, piecesPerProject, seed, note } = options;
  const { vocabulary, shape } = piecesOf(list);
  // Revisions of a project are one project.
  const byFolder = new Map<string, FilePieces[]>();
  for (const project of projects) {
    const isOld = project.normalised === true;
    const maxPieces = isOld ? piecesPerProject / 2 : piecesPerProject;
    const files = projectPieces(vocabulary, shape, project, { maxPieces, seed, normalised: isOld });
    byFolder.set(folderOf(project), [...(byFolder.get(folderOf(project)) ?? []), ...files]);
  }
  const streams = [...byFolder.values()].map(joinPieces);
  note(`${streams.reduce((sum, { length }) => sum + length, 0)} pieces read`);
  const contexts = countCorpus(shape, streams, counting);
  note(`${contexts.length} contexts, ${contexts.reduce((sum, { followers }) => sum + followers.length, 0)} followers`);
  return packCorpus(contexts);
}

/** Fits the gate on projects that were neither counted nor shown to the network. */
export function trainGate(list: PieceList, heldOut: readonly Project[], options: {
  readonly corpus: PackedCorpus;
  /** Null for caches that serve without a network. */
  readonly head: CompletionHead | null;
  /** Share of the tokens whose pieces become samples. */
  readonly sampleRate: number;
  /** Pieces of a held-out project that others are predicted from, at most. */
  readonly piecesPerProject: number;
  readonly training: GateTraining;
  readonly note: (line: string) => void;
}): MixtureGate {
  const { corpus, head, sampleRate, piecesPerProject, training, note } = options;
  const { seed } = training;
  const pieces = piecesOf(list);
  const projects = heldOut.flatMap((project) => gateProjects(project, pieces, { seed, maxPieces: piecesPerProject }));
  const samples =
    collectGateSamples(projects, { ...pieces, head, corpus: new CorpusTable(corpus), rate: sampleRate, seed });
  note(`${samples.count} places to fit the gate on`);
  return fitGate(samples, training, (epoch, bits) => note(`epoch ${epoch}: ${bits.toFixed(4)} bits a piece`));
}

/**
 * A held-out project twice: as it is, and file by file with normalised literals, where most
 * places lie near a file's start. Old revisions only the second way.
 */
function gateProjects(
  project: Project, { vocabulary, shape }: Pieces,
  { seed, maxPieces }: { readonly seed: number; readonly maxPieces: number },
): GateProject[] {
  const paths = createRandom(`gate ${seed}:${project.name}`).shuffle([...project.files]).slice(0, GATE_FILES);
  const texts = paths.map((path) => readSource(path).text);
  const alone: GateProject = { cached: [], predicted: texts, normalised: true, piecesPerFile: NORMALISED_PIECES };
  if (project.normalised === true) return [alone];
  const files = projectPieces(vocabulary, shape, project, { maxPieces, seed, normalised: false });
  const count = Math.ceil(Math.min(files.length * PREDICTED_SHARE, GATE_FILES / 4));
  const predicted = files.slice(0, count).map(({ path }) => readSource(path).text);
  const cached = files.slice(count).map(({ pieces }) => pieces);
  return [{ cached, predicted, normalised: false, piecesPerFile: PLAIN_PIECES }, alone];
}
