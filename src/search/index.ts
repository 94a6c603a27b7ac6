/**
 * Code search: from words to the functions that do what they say, after CodeSearchNet (Husain and others 2019). A
 * question and a function become vectors by one network (`src/model/search`); what is near is found, and words that
 * both have count beside (BM25). An index keeps the vectors of a project's functions.
 *
 * Limits: Python alone; a function is known by its words, not by what it computes; questions are English, as the
 * docstrings that it learned from.
 */
export { askIndex, fileOfRow, fileStarts } from './ask-index.js';
export { updateIndex, type IndexUpdate, type SourceToIndex } from './build-index.js';
export { isDataSet, readRecords, type CodeSearchNetRecord, type RecordedFunction } from './code-search-net.js';
export { countStems } from './count-stems.js';
export { FIELD, functionWords, queryWords, type PlacedWord } from './describe.js';
export { firstParagraph, functionPair, type FunctionPair } from './function-pairs.js';
export { decodeIndex, encodeIndex, INDEX_VERSION, type IndexFault } from './index-file.js';
export {
  functionSources, readFunctions, readPairs, SeenBefore, type FoundFunction, type FunctionSource,
} from './pair-source.js';
export { pythonFunctions, type PythonFunction } from './python-functions.js';
export { meanReciprocalRank, rankOf } from './reciprocal-rank.js';
export { loadSearchEncoder, searchEncoder, type SearchEncoder } from './search-encoder.js';
export { rankFunctions, similarities, type RankedFunction, type SearchIndex } from './search-index.js';
export { splitWords } from './split-words.js';
export {
  idOfWord, stemOf, WordTableBuilder, wordScores, wordsOfFunctions, type WordTable,
} from './word-table.js';
