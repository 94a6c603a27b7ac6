import type { TaskName } from '../options/index.js';

/** A command line, and what it does. */
type Example = readonly [line: string, does: string];

/** What stands at the end of each command's help. */
export const commandExamples: Readonly<Record<TaskName, readonly Example[]>> = {
  format: [
    ['nnfmt format .', 'every Python file below the current folder, in place'],
    ['nnfmt format --changed --diff', 'show what would change in the lines that differ from HEAD'],
    ['nnfmt format - < in.py > out.py', 'a file on stdin'],
  ],
  'format --jsonl': [
    ['nnfmt format --jsonl < requests > answers', 'answer requests on stdin, a line each'],
    [`echo '{"id":1,"text":"x  =  1"}' | nnfmt format --jsonl`, 'one request'],
  ],
  check: [
    ['nnfmt check src', 'each deviating gap, a line each'],
    ['nnfmt check --changed=main', 'only lines that differ from another branch'],
    ['nnfmt check --output-format sarif . > nnfmt.sarif', 'a log for code scanning'],
  ],
  'check --jsonl': [
    ['nnfmt check --jsonl < requests > answers', 'list what deviates in texts, a line each'],
    [`echo '{"id":1,"text":"x  =  1"}' | nnfmt check --jsonl`, 'one request'],
  ],
  explain: [
    ['nnfmt explain src/app.py', 'each gap that would change, with its alternatives'],
    ['nnfmt explain src/app.py:12', 'every gap of a line'],
    ['nnfmt explain --html app.html src/app.py', 'the file as a page, coloured by how sure the model is'],
  ],
  mutate: [
    ['nnfmt mutate app.py --rate 0.3', 'the same program with three gaps of ten spoilt'],
    ['nnfmt mutate app.py --seed 1 | nnfmt format -', 'spoil it, and see what comes back'],
  ],
  score: [
    ['nnfmt score a.py b.py', 'how alike two layouts of one program are'],
    ['nnfmt score src/app.py', "how far a file is from its project's style"],
  ],
  'score --jsonl': [
    ['nnfmt score --jsonl < requests > answers', 'how far texts are from their style, a line each'],
    [`echo '{"id":1,"text":"x  =  1"}' | nnfmt score --jsonl`, 'one request'],
  ],
  train: [
    ['nnfmt train', 'learn the project around the current folder, in about a minute'],
    ['nnfmt train --counts-only', 'in seconds, without fine-tuning the network'],
    ['nnfmt train --report style.html', 'and write what was found as a page'],
  ],
  'train --base': [
    ['nnfmt train --base --out runs/base corpora', 'a base model of the projects below corpora'],
    ['nnfmt train --base --resume --out runs/base corpora', 'go on where a run stopped'],
    ['nnfmt train --base --rounds 4 --replicas 2 --out runs/rounds shards', 'two replicas, averaged four times'],
  ],
  'train --average': [
    ['nnfmt train --average r0/k0 r0/k1 --out r0', 'common.bin and model.bin of two replicas'],
    ['nnfmt train --average r0/k0 r0/k1 --out r0 --held shards', 'and their loss on files put aside'],
  ],
  'train --task complete': [
    ['nnfmt train --task complete --out runs/complete corpora', 'a completion network of the projects below corpora'],
    ['nnfmt train --task complete --resume --out runs/complete corpora', 'go on where a run stopped'],
  ],
  'train --task caches': [
    ['nnfmt train --task caches --out runs/caches corpora', 'n-grams, gate and confidence of all below corpora'],
    ['nnfmt train --task caches --help', 'what else can be said'],
  ],
  'train --task search': [
    ['nnfmt train --task search --out runs/search corpora', 'a search network of the projects below corpora'],
    ['nnfmt train --task search python_train_*.jsonl.gz', "of CodeSearchNet's files"],
  ],
  runs: [
    ['nnfmt runs', 'the runs below the folder runs, a line each'],
    ['nnfmt runs --sort loss --compare', 'the best first, and in what they differ'],
    ['nnfmt runs --report runs.html runs/a runs/b', 'the curves of two as a page'],
  ],
  eval: [
    ['nnfmt eval projects/*', 'spoil and restore files of each project, and measure'],
    ['nnfmt eval --seed 1 --json project', 'the same files every time, as JSON'],
  ],
  'eval --jsonl': [
    ['nnfmt eval --jsonl < requests > answers', "figures of other programs' projects, a line each"],
    [`echo '{"id":1,"project":"p","files":[{"path":"a.py","text":"x = 1"}]}' | nnfmt eval --jsonl`, 'one request'],
  ],
  'eval --task complete': [
    ['nnfmt eval --task complete projects/*', 'finish cut lines of each project, and measure'],
    ['nnfmt eval --task complete --json project', 'as JSON'],
  ],
  'eval --task search': [
    ['nnfmt eval --task search projects/*', 'find the functions that docstrings speak of, among 999 others'],
    ['nnfmt eval --task search --annotations annotationStore.csv all.jsonl.gz', "and NDCG on CodeSearchNet's queries"],
  ],
  search: [
    ['nnfmt search "parse a date from ISO text"', 'functions below the current folder, best first'],
    ['nnfmt search -n 3 --json "retry a request" src', 'three of them, as JSON'],
  ],
  corpus: [
    ["nnfmt corpus search --query 'language:Python stars:>1000'", 'find repositories'],
    ['nnfmt corpus fetch --dest corpus', 'bring their Python files'],
    ['nnfmt corpus stats corpus', 'and count them'],
  ],
  'corpus search': [
    ["nnfmt corpus search --query 'language:Python stars:>1000' --limit 5000 --token-file token", 'the most starred'],
    ["nnfmt corpus search --code 'import keras' --token-file token", 'those that use a package'],
  ],
  'corpus list': [
    ['nnfmt corpus list --state failed', 'what could not be fetched, and why'],
    ['nnfmt corpus list --min-stars 5000 --csv > repositories.csv', 'all columns'],
  ],
  'corpus fetch': [
    ['nnfmt corpus fetch --dest corpus --jobs 8', 'all that are known and under a permissive licence'],
    ['nnfmt corpus fetch --dest corpus mirrors/*.git', 'bare repositories on this machine'],
  ],
  'corpus stats': [
    ['nnfmt corpus stats --json corpus', 'figures for programs'],
    ['nnfmt corpus stats --html corpus.html corpus', 'figures, and a page with pictures'],
  ],
  'corpus prepare': [
    ['nnfmt corpus prepare corpora --out shards', 'shards of all projects below corpora'],
    ['nnfmt corpus prepare rows.parquet --out shards --shards 16', 'of a data set, in sixteen files'],
  ],
  'corpus prepare --jsonl': [
    ['nnfmt corpus prepare --jsonl < requests > answers', "other programs' files, a line each"],
    [`echo '{"id":1,"text":"x=1","path":"a.py","project":"p"}' | nnfmt corpus prepare --jsonl`, 'one request'],
  ],
  'corpus similar --jsonl': [
    ['nnfmt corpus similar --jsonl < requests > answers', 'how alike two texts are, a line each'],
    [`echo '{"id":1,"a":"x = 1","b":"x = 2"}' | nnfmt corpus similar --jsonl`, 'one request'],
  ],
  'corpus manifest': [
    ['nnfmt corpus manifest shards', 'check shards against their manifest'],
    ['nnfmt corpus manifest shards --write', 'make the manifest of shards that Spark wrote'],
  ],
  complete: [
    ['nnfmt complete src/app.py:120', 'how line 120 could go on'],
    ['nnfmt complete src/app.py:120:9', 'from its ninth column'],
    ['nnfmt complete --jsonl', 'answer requests on stdin, a line each'],
  ],
  generate: [
    ['nnfmt generate', 'code from the completion network alone'],
    ['nnfmt generate --seed 1', 'the same every time'],
  ],
  lsp: [
    ['nnfmt lsp', 'serve an editor on stdin and stdout; editors start it themselves'],
    ['nnfmt lsp --help', 'what else can be said'],
  ],
  hook: [
    ['nnfmt hook install', 'format what is staged before each commit'],
    ['nnfmt hook install --changed', 'only the lines that a commit changes'],
    ['nnfmt hook uninstall', 'take the hook away; one that was there before comes back'],
  ],
  serve: [
    ['nnfmt serve', 'the page, and an API, at http://127.0.0.1:9078'],
    ['nnfmt serve --root . --port 8000', 'with settings and profiles of the project in the current folder'],
    ['nnfmt serve --host 0.0.0.0 --token-file token', 'for others, who bring the token'],
  ],
  completion: [
    ['source <(nnfmt completion bash)', 'in ~/.bashrc'],
    ['nnfmt completion zsh > ~/.zfunc/_nnfmt', "in a folder of zsh's fpath"],
    ['nnfmt completion fish > ~/.config/fish/completions/nnfmt.fish', 'where fish looks'],
  ],
};

/** The examples of a task as the end of its help. */
export function examplesText(task: TaskName): string {
  const examples = commandExamples[task];
  const width = Math.max(...examples.map(([line]) => line.length));
  return `\nExamples:\n${examples.map(([line, does]) => `  ${line.padEnd(width)}  ${does}`).join('\n')}\n`;
}
