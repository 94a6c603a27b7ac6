import type { ResidentTask } from './jsonl-command.js';
import { taskRow, type ArgumentWords, type Call, type TaskRow } from './task-row.js';

const PATHS: ArgumentWords = ['[PATHS...]', 'files and folders (default: the current folder)'];
const PROJECTS: ArgumentWords = ['[PATHS...]', 'project folders (default: the current folder)'];
const FOLDERS: ArgumentWords = ['[PATHS...]', 'corpora: folders whose folders are projects'];
const CORPORA: ArgumentWords = [
  '[PATHS...]', 'corpora: folders whose folders are projects; data sets (*.parquet, *.jsonl, *.jsonl.gz); shards',
];

/** `--jsonl` of the commands that lay out texts. */
async function runJsonl(
  task: ResidentTask, { args, options, context }: Call<'format --jsonl'> | Call<'score --jsonl'>,
): Promise<number> {
  const command = await import('./jsonl-command.js');
  return command.runJsonl(task, args, options(), context);
}

/**
 * What nnfmt can do, a row each, in the order of its help. A command with several tasks has a row for each of them,
 * the one that is meant without a flag first. A row loads its own code when it is run: formatting must not pay for
 * training.
 */
export const commandTable: readonly TaskRow[] = [
  taskRow('format', {
    description: 'format files in place; "-" reads stdin and writes stdout',
    arguments: [PATHS],
    async run({ args, inProject, context }) {
      const { runFormat } = await import('./format-command.js');
      return runFormat(args, inProject(args), context);
    },
  }),
  taskRow('format --jsonl', {
    description: 'format texts of other programs: answers each request on stdin by a line',
    arguments: [],
    run: (call) => runJsonl('format', call),
  }),

  taskRow('check', {
    description: 'print each gap that deviates; writes nothing, exits with 1 when there is one; "-" reads stdin',
    arguments: [PATHS],
    async run({ args, inProject, context }) {
      const { runCheck } = await import('./check-command.js');
      return runCheck(args, inProject(args), context);
    },
  }),
  taskRow('check --jsonl', {
    description: "list the deviating gaps of other programs' texts: answers each request on stdin by a line",
    arguments: [],
    run: (call) => runJsonl('check', call),
  }),

  taskRow('explain', {
    description: 'say why gaps would change, or what is thought of each gap of a line; writes no source',
    arguments: [['<FILE[:LINE]>', 'Python source, and a line or START-END of it']],
    async run({ args: [place], inProject, context }) {
      const { readPlace, runExplain } = await import('./explain-command.js');
      return runExplain(place, inProject([readPlace(place).path]).options, context);
    },
  }),

  taskRow('mutate', {
    description: 'print mutants of a file: spoilt layout, same program',
    arguments: [['<FILE>', 'Python source']],
    async run({ args: [path], options, context }) {
      const { runMutate } = await import('./mutate-command.js');
      return runMutate(path, options(), context);
    },
  }),

  taskRow('score', {
    description:
      'compare two layouts of one program, or one with the style of its project; exits with 1 when they differ',
    arguments: [
      ['<A>', 'Python source'],
      ['[B]', 'the same program in another layout (default: as format would lay it out, with the nearest profile)'],
    ],
    async run({ args: [left, right], options, inProject, context }) {
      const { runScore, scoreAgainstStyle } = await import('./score-command.js');
      return right === undefined
        ? scoreAgainstStyle(left, inProject([left]).options, context)
        : runScore(left, right, options(), context);
    },
  }),

  taskRow('score --jsonl', {
    description: "compare other programs' texts with their style, or two by two: a line for each request on stdin",
    arguments: [],
    run: (call) => runJsonl('score', call),
  }),

  taskRow('train', {
    description:
      "learn a project's layout and pin it in .nnfmt/profile; with --base or --task, train a model on corpora",
    arguments: [['[PATHS...]', 'files and folders of one project (default: the current folder)']],
    othersSpeakOf: 'training a model on corpora',
    async run({ args, inProject, context }) {
      const { runLearn } = await import('./learn-command.js');
      return runLearn(args, inProject(args), context);
    },
  }),
  taskRow('train --base', {
    description: 'train a base model on corpora, or on shards',
    arguments: [CORPORA],
    async run({ args, options, context }) {
      const given = options();
      if (given.rounds !== null) {
        const { runTrainRounds } = await import('./train-rounds-command.js');
        return runTrainRounds(args, given, context);
      }
      const { runTrain } = await import('./train-command.js');
      return runTrain(args, given, context);
    },
  }),
  taskRow('train --average', {
    description: 'average what the replicas of a round made, for the next round and as a model',
    arguments: [['[PATHS...]', 'folders that train --base --round left, one of each replica']],
    async run({ args, options, context }) {
      const { runTrainAverage } = await import('./train-rounds-command.js');
      return runTrainAverage(args, options(), context);
    },
  }),
  taskRow('train --task complete', {
    description: 'train a completion network on corpora',
    arguments: [CORPORA],
    async run({ args, options, context }) {
      const { runTrainCompletion } = await import('./train-completion-command.js');
      return runTrainCompletion(args, options(), context);
    },
  }),
  taskRow('train --task caches', {
    description: 'train what completes beside the network: n-grams of corpora, their weights, confidence',
    arguments: [CORPORA],
    async run({ args, options, context }) {
      const { runTrainCaches } = await import('./train-caches-command.js');
      return runTrainCaches(args, options(), context);
    },
  }),
  taskRow('train --task search', {
    description: 'train the network of code search on corpora, or on data sets in the form of CodeSearchNet',
    arguments: [CORPORA],
    async run({ args, options, context }) {
      const { runTrainSearch } = await import('./train-search-command.js');
      return runTrainSearch(args, options(), context);
    },
  }),

  taskRow('runs', {
    description: 'list, compare and draw trainings by their folders',
    arguments: [['[FOLDERS...]', 'folders of runs, or folders with such below (default: runs)']],
    async run({ args, options, context }) {
      const { runRuns } = await import('./runs-command.js');
      return runRuns(args, options(), context);
    },
  }),

  taskRow('eval', {
    description:
      'measure on projects, one a path: restoring spoilt layout, finishing cut lines (--task complete), or code ' +
      'search (--task search)',
    arguments: [PROJECTS],
    othersSpeakOf: 'completing lines or code search',
    async run({ args, options, context }) {
      const { runEval } = await import('./eval-command.js');
      return runEval(args, options(), context);
    },
  }),
  taskRow('eval --jsonl', {
    description: "measure on other programs' projects: restoring spoilt layout; a line for each request on stdin",
    arguments: [],
    async run({ args, options, context }) {
      const { runEvalJsonl } = await import('./eval-jsonl-command.js');
      return runEvalJsonl(args, options(), context);
    },
  }),
  taskRow('eval --task complete', {
    description: 'measure on projects, one a path: finishing cut lines',
    arguments: [PROJECTS],
    async run({ args, options, context }) {
      const { runEvalCompletion } = await import('./eval-completion-command.js');
      return runEvalCompletion(args, options(), context);
    },
  }),
  taskRow('eval --task search', {
    description: 'measure on projects, one a path: finding the function that a docstring speaks of',
    arguments: [['[PATHS...]', 'project folders, and files *.jsonl or *.jsonl.gz (default: the current folder)']],
    async run({ args, options, context }) {
      const { runEvalSearch } = await import('./eval-search-command.js');
      return runEvalSearch(args, options(), context);
    },
  }),

  taskRow('search', {
    description: 'find the functions that do what is asked for, in words',
    arguments: [['<QUERY>', 'what the function does'], PATHS],
    async run({ args: [query, ...paths], inProject, context }) {
      const { runSearch } = await import('./search-command.js');
      return runSearch(query, paths, inProject(paths), context);
    },
  }),

  taskRow('corpus', {
    description: 'gather and prepare a corpus: corpus search, list, fetch, stats, prepare, similar, manifest',
    arguments: [
      ['<WHAT>', 'search, list, fetch, stats, prepare, similar or manifest'], ['[ARGUMENTS...]', 'see their --help'],
    ],
    othersSpeakOf: 'one of its parts',
    async run({ args: [what], options }) {
      options();
      const { refusePart } = await import('./corpus-command.js');
      return refusePart(what);
    },
  }),
  taskRow('corpus search', {
    description: 'ask GitHub for repositories, and keep what is known of them',
    arguments: [],
    async run({ args, options, context }) {
      const { runCorpusSearch } = await import('./corpus-command.js');
      return runCorpusSearch(args, options(), context);
    },
  }),
  taskRow('corpus list', {
    description: 'list the repositories that are known',
    arguments: [],
    async run({ args, options, context }) {
      const { runCorpusList } = await import('./corpus-command.js');
      return runCorpusList(args, options(), context);
    },
  }),
  taskRow('corpus fetch', {
    description: 'bring the Python files of repositories, by default of all that are known',
    arguments: [['[REPOSITORIES...]', 'git repositories: URLs, or folders (default: those in the database)']],
    async run({ args, options, context }) {
      const { runCorpusFetch } = await import('./corpus-command.js');
      return runCorpusFetch(args, options(), context);
    },
  }),
  taskRow('corpus stats', {
    description: 'count what corpora hold: files, lines, words, characters, styles, duplicates, licences',
    arguments: [FOLDERS],
    async run({ args, options, context }) {
      const { runCorpusStats } = await import('./corpus-stats-command.js');
      return runCorpusStats(args, options(), context);
    },
  }),

  taskRow('corpus prepare', {
    description: 'make shards of corpora: decoded, filtered, without near duplicates, split by project',
    arguments: [CORPORA],
    async run({ args, options, context }) {
      const { runPrepare } = await import('./prepare-command.js');
      return runPrepare(args, options(), context);
    },
  }),
  taskRow('corpus prepare --jsonl', {
    description: "prepare other programs' files for a corpus: answers each request on stdin by a line",
    arguments: [],
    async run({ args, options, context }) {
      const { runPrepareJsonl } = await import('./prepare-jsonl-command.js');
      return runPrepareJsonl(args, options(), context);
    },
  }),
  taskRow('corpus similar --jsonl', {
    description: 'say how alike texts of other programs are, for a corpus: answers each request on stdin by a line',
    arguments: [],
    async run({ args, options, context }) {
      const { runSimilarJsonl } = await import('./similar-jsonl-command.js');
      return runSimilarJsonl(args, options(), context);
    },
  }),
  taskRow('corpus manifest', {
    description: 'check the manifest of shards against them; with --write, make it',
    arguments: [['<SHARDS>', 'folder of shards']],
    async run({ args: [folder], options, context }) {
      const { runManifest } = await import('./manifest-command.js');
      return runManifest(folder, options(), context);
    },
  }),

  taskRow('complete', {
    description: 'suggest how the line at the cursor goes on; without FILE, the source is on stdin',
    arguments: [['[FILE:LINE[:COLUMN]]', 'Python source and the cursor in it (without a column: the end of the line)']],
    async run({ args: [place], inProject, context }) {
      const { readCursor, runComplete } = await import('./complete-command.js');
      const paths = place === undefined ? [] : [readCursor(place).path];
      return runComplete(place, inProject(paths).options, context);
    },
  }),

  taskRow('generate', {
    description: 'generate code from the completion network alone, piece by piece or character by character',
    arguments: [],
    async run({ options, context }) {
      const { runGenerate } = await import('./generate-command.js');
      return runGenerate(options(), context);
    },
  }),

  taskRow('hook', {
    description: "format what is staged before each commit: install git's hook, take it away, or do its work once",
    arguments: [['<ACTION>', 'install, uninstall or run']],
    async run({ args: [action], options, context }) {
      const { runHookCommand } = await import('./hook-command.js');
      return runHookCommand(action, options(), context);
    },
  }),

  taskRow('lsp', {
    description: 'serve an editor by the Language Server Protocol, over stdin and stdout',
    arguments: [],
    async run({ options, context }) {
      const { runLsp } = await import('./lsp-command.js');
      return runLsp(options(), context);
    },
  }),

  taskRow('serve', {
    description: 'serve programs and pages over HTTP: layout, completion, and the page itself',
    arguments: [],
    async run({ options, context }) {
      const { runServe } = await import('./serve-command.js');
      return runServe(options(), context);
    },
  }),

  taskRow('completion', {
    description: 'print the script by which a shell completes the commands and flags of nnfmt',
    arguments: [['<SHELL>', 'bash, zsh or fish']],
    async run({ args: [shell], context }) {
      const { runShellCompletion } = await import('./shell-completion-command.js');
      return runShellCompletion(shell, context);
    },
  }),
];
