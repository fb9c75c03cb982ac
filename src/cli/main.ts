#!/usr/bin/env node
// Loads little more than the argument parser: a command's own code comes when the command is run.
import { Console } from 'node:console'
import { realpathSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError } from 'commander'
import { errorCodeOf, Failure } from '../core/failure.ts'
import { isAtLeast, minimumNode, version } from '../core/version.ts'
import { exitCodes } from './exit-codes.ts'
import { addJobCommands } from './jobs.ts'
import { addModelsCommand } from './models.ts'
import { printable } from './printable.ts'

/** Runs one command line, without `node` and the script's name, and says with which code to exit. */
export async function main(words: readonly string[]): Promise<number> {
  // Before anything is loaded that an older Node cannot even parse.
  if (!isAtLeast(process.versions.node, minimumNode)) {
    process.stderr.write(
      `weft: expected Node ${minimumNode} or later, got ${process.versions.node}: install a newer one\n`,
    )
    return exitCodes.usage
  }
  let exitCode: number = exitCodes.done
  const program = createProgram((code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(words.map(withDefaultSummary), { from: 'user' })
    return exitCode
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.done : exitCodes.usage
    if (errorCodeOf(thrown) === 'EPIPE') return exitCodes.outputClosed
    if (!Failure.is(thrown)) throw thrown
    for (const line of linesOf(thrown)) process.stderr.write(`weft: ${printable(line)}\n`)
    return usageCodes.has(thrown.code) ? exitCodes.usage : exitCodes.someFailed
  }
}

/** The faults of a job stand on a line each. Any other line feed may be of somebody else's making. */
function linesOf({ code, message, details }: Failure): string[] {
  return code === 'JOB_INVALID' && details?.faults !== undefined ? message.split('\n') : [message]
}

/** What the user has to put right before anything can run. */
const usageCodes: ReadonlySet<string> = new Set([
  'INVALID_OPTION',
  'INVALID_INPUT',
  'JOB_INVALID',
  'RUN_UNKNOWN',
  'EFFECTS_CHANGED',
])

function createProgram(exit: (code: number) => void): Command {
  const program = new Command('weft')
    .description('Parallel AI-agent work on one machine: I/O on the event loop, computing on every core.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(weft --help, or weft COMMAND --help, says more)')
  program
    .command('read')
    .description('Read many pages and files in parallel: each becomes clean Markdown, one JSON line per item.')
    .argument(
      '<inputs...>',
      'URLs, files, folders, globs, lists of these (a .txt file of URLs), or - for standard input',
    )
    .option(
      '-o, --out <place>',
      'a .jsonl file, or a folder for one .md per item (default: JSON lines to standard output)',
    )
    .option('--summary [=N]', 'add a summary of N sentences taken from the text (3 when N is left out)')
    .option('--concurrency <n>', 'items on their way at the same time', '64')
    .option('--per-host <n>', 'of these, at most so many on one host', '6')
    .option('--timeout <time>', 'limit on one item with its retries', '30s')
    .option('--retries <n>', 'attempts after the first one, where another may help', '2')
    .option('--max-bytes <size>', 'largest page or file', '10mb')
    .option('--ordered', 'records in the order of the inputs instead of as they come')
    .option('--sequential', 'one item at a time on one thread: the baseline to compare with')
    .option('--allow-private', 'allow private and loopback addresses')
    .option('--ignore-robots', 'read what robots.txt disallows')
    .option('--json', 'events as JSON lines on standard error')
    .option('--quiet', 'nothing on standard error')
    .addHelpText('after', readExamples)
    .action(async (inputs: string[], options: Record<string, unknown>) => {
      // Before anything uses libuv's threads: half of them may resolve names of hosts, and 2 of 4 are too few for 64 pages.
      process.env.UV_THREADPOOL_SIZE ??= '16'
      const { readCommand } = await import('./read.ts')
      exit(await readCommand(inputs, options))
    })
  program
    .command('doctor')
    .description('Say what this machine offers: Node, cores, memory, pool size, optional parts.')
    .option('--json', 'as one JSON object')
    .action(async (options: { readonly json?: boolean }) => {
      const { doctorCommand } = await import('./doctor.ts')
      exit(await doctorCommand(options))
    })
  addJobCommands(program, exit)
  addModelsCommand(program, exit)
  return program
}

/** A value of `--summary` comes with `=` only: `--summary page.html` names an input. */
function withDefaultSummary(word: string): string {
  return word === '--summary' ? '--summary=3' : word
}

const readExamples = `
Examples:
  weft read https://example.org/a https://example.org/b      two pages, as JSON lines on standard output
  weft read urls.txt --out pages.jsonl --summary             a list of URLs, with summaries of 3 sentences
  weft read ./notes 'docs/**/*.html' --out markdown/         files, one .md each
  cat urls.txt | weft read - --quiet | jq -r .value.title    in a pipeline

Ctrl-C once: what runs is finished and written, the rest is recorded as cancelled. Twice: stops now.
Exit codes: 0 all done, 1 some failed, 2 wrong usage, 3 nothing done, 130 interrupted.`

const invoked = process.argv[1]
if (invoked !== undefined && realpathSync(invoked) === fileURLToPath(import.meta.url)) {
  // Who reads our output may go, and standard error may be closed: neither is a reason to lose work. Records notice it themselves.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  // What a module of the user prints is no part of the records, which go to standard output.
  globalThis.console = new Console(process.stderr)
  // What is loaded late was most likely compiled before: half a second of each small run. An older Node has none, and is refused below.
  module.enableCompileCache?.()
  process.exitCode = await main(process.argv.slice(2))
}
