/**
 * Gathering: from a question to GitHub to folders of Python files. Metadata is kept in SQLite, repositories are cloned
 * without the contents that are not wanted, and what is kept notes where it came from and under which licence.
 *
 * Limits: GitHub alone is asked; a repository's newest commit alone is taken; licences are told by their texts, which
 * is no legal advice.
 */
export { corpusStats, type CorpusStats } from './corpus-stats.js';
export {
  fetchCorpus,
  readRecord,
  RECORD,
  type FetchOutcome,
  type FetchRecord,
  type FetchSummary,
} from './fetch-corpus.js';
export { connectGitHub, type GitHub } from './github.js';
export { REPOSITORY_QUERY, SEARCH_QUERY } from './github-queries.js';
export { declaredLicence, licenceOf, PERMISSIVE, type LicencePolicy } from './licences.js';
export { COLUMNS, repositoryAt, STATES, type Repository, type RepositoryState } from './repository.js';
export { searchCode, searchRepositories } from './search-repositories.js';
export { statsPage } from './stats-page.js';
export { RepositoryStore } from './store.js';
