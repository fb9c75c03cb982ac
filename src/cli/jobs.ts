import type { Command } from 'commander'
import {
  benchHelp,
  exitCodesHelp,
  exportHelp,
  resumeHelp,
  retryHelp,
  rollbackHelp,
  runHelp,
  runsHelp,
  schemaHelp,
  showHelp,
} from './jobs/help.ts'

type Options = Record<string, unknown>
type Exit = (code: number) => void

/** Adds the commands for jobs and their runs; what they do is loaded when one is run. */
export function addJobCommands(program: Command, exit: Exit): void {
  addRun(program, exit)
  addRuns(program, exit)
  addGoingOn(program, exit)
  addLookingBack(program, exit)
  program
    .command('bench')
    .description('Measure a job: one item after another against in parallel, beside what no schedule can beat.')
    .argument('<job>', 'a job file')
    .option('--input <file>', 'read the items from this file instead')
    .option('--limit <n>', 'items', '20')
    .option('--yes', 'run although it is expected to cost money, or does effects (mails, payments), twice')
    .option('--json', 'as one JSON object')
    .addHelpText('after', benchHelp)
    .action(async (job: string, options: Options) => {
      prepareThreads()
      const { benchCommand } = await import('./jobs/bench.ts')
      exit(await benchCommand(job, options))
    })
  program
    .command('schema')
    .description('Print the JSON Schema of a job file, for editors.')
    .addHelpText('after', schemaHelp)
    .action(async () => {
      const { schemaCommand } = await import('./jobs/schema.ts')
      exit(await schemaCommand())
    })
}

function addRun(program: Command, exit: Exit): void {
  const run = program
    .command('run')
    .description('Run a job file. Goes on by itself with a run of it that is unfinished.')
    .argument('<job>', 'a job file: YAML or TypeScript')
    .option('--input <file>', 'read the items from this file instead, or - for standard input')
    .option('-o, --out <file>', 'write the records there instead, or - for standard output')
    .option('--limit <n>', 'read no more items than this')
    .option('--ordered', 'records in the order of the input')
    .option('--sequential', 'one item at a time on one thread: the baseline to compare with')
    .option('--fresh', 'begin anew, and take nothing from earlier runs: effects (mails, payments) are done again, too')
    .option(...redoEffects)
    .option('--dry-run', 'print the plan and what it will cost, and run nothing')
  addReportOptions(run)
    .addHelpText('after', runHelp + exitCodesHelp)
    .action(async (job: string, options: Options) => {
      prepareThreads()
      const { runCommand } = await import('./jobs/run.ts')
      exit(await runCommand(job, options))
    })
}

function addRuns(program: Command, exit: Exit): void {
  const runs = program.command('runs').description('List runs; runs prune forgets them.').addHelpText('after', runsHelp)
  runs
    .command('list', { isDefault: true })
    .description('List the runs of a job, or of all jobs in a folder: newest first.')
    .argument('[place]', 'a job file, a job by name, or a folder (default: the working folder)')
    .option('--json', 'as one JSON array')
    .action(async (place: string | undefined, options: Options) => {
      const { runsCommand } = await import('./jobs/runs.ts')
      exit(await runsCommand(place, options))
    })
  runs
    .command('prune')
    .description(
      'Forget runs with their results and give their space back. Unfinished ones and the newest finished one of each job stay, unless they are named.',
    )
    .argument('[runs...]', 'runs to forget (default: all others that are finished)')
    .option('--all', 'the newest finished one of each job, too')
    .option('--yes', 'do not ask; wanted where there is no terminal and no run is named')
    .option('--keep <n>', 'of each job, keep the last N runs')
    .option('--older-than <time>', 'forget only runs that nothing was done in for so long: 12h, 7d')
    .option('--job <file>', 'look beside this job file')
    .action(async (words: string[], options: Options) => {
      const { pruneCommand } = await import('./jobs/prune.ts')
      exit(await pruneCommand(words, options))
    })
}

function addGoingOn(program: Command, exit: Exit): void {
  const resume = program
    .command('resume')
    .description('Go on with a run that did not come to its end.')
    .argument('<run>', aRun)
    .option(...redoEffects)
  addReportOptions(addJobOption(resume))
    .addHelpText('after', resumeHelp + exitCodesHelp)
    .action(async (word: string, options: Options) => {
      prepareThreads()
      const { resumeCommand } = await import('./jobs/go-on.ts')
      exit(await resumeCommand(word, options))
    })
  const retry = program
    .command('retry')
    .description('Do again what failed in a run; what is done stays as it is.')
    .argument('<run>', aRun)
    .option('--failed', 'what failed and may succeed (the default)')
    .option('--dead', 'what failed for good, once its cause is mended')
    .option('--skipped', 'what was skipped: by a budget, a stopped lane, a filter')
    .option(...redoEffects)
  addReportOptions(addJobOption(retry))
    .addHelpText('after', retryHelp + exitCodesHelp)
    .action(async (word: string, options: Options) => {
      prepareThreads()
      const { retryCommand } = await import('./jobs/go-on.ts')
      exit(await retryCommand(word, options))
    })
}

function addLookingBack(program: Command, exit: Exit): void {
  const show = program
    .command('show')
    .description('Say how a run stands: its equation, what failed and why, what it used.')
  addJobOption(show.argument('<run>', aRun))
    .option('--json', 'as one JSON object')
    .addHelpText('after', showHelp)
    .action(async (word: string, options: Options) => {
      const { showCommand } = await import('./jobs/show.ts')
      exit(await showCommand(word, options))
    })
  const records = program.command('export').description('Write the records of a run again, from its journal.')
  addJobOption(records.argument('<run>', aRun))
    .option('-o, --out <place>', 'where to (default: JSON lines to standard output)')
    .addHelpText('after', exportHelp)
    .action(async (word: string, options: Options) => {
      const { exportCommand } = await import('./jobs/export.ts')
      exit(await exportCommand(word, options))
    })
  const rollback = program.command('rollback').description('Take back what the steps of a run did outside, last first.')
  addReportOptions(addJobOption(rollback.argument('<run>', aRun)))
    .addHelpText('after', rollbackHelp + exitCodesHelp)
    .action(async (word: string, options: Options) => {
      prepareThreads()
      const { rollbackCommand } = await import('./jobs/rollback.ts')
      exit(await rollbackCommand(word, options))
    })
}

const redoEffects = [
  '--redo-effects',
  'let steps with effects whose code was changed do again what they did: without it that is refused',
] as const

const aRun = 'NAME-3; or a job by its name or its file, for its last run'

function addJobOption(command: Command): Command {
  return command.option('--job <file>', 'the job file (default: the one that the run was begun with)')
}

function addReportOptions(command: Command): Command {
  return command
    .option('--json', 'events as JSON lines on standard error')
    .option('--quiet', 'nothing on standard error')
}

/** Before anything uses libuv's threads: half of them may resolve names of hosts, and 2 of 4 are too few for many pages. */
function prepareThreads(): void {
  process.env.UV_THREADPOOL_SIZE ??= '16'
}
