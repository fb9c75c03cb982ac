import { errorCodeOf } from '../../core/failure.ts'
import type { JobReports } from './view/job-reports.ts'

interface Terminal {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
}

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY
}

/**
 * What somebody typed for an answer, without the space around it. Undefined: they ended their input, or pressed Ctrl-C, which stops what is on as it
 * does at any other time.
 */
export async function answerTo(
  words: string,
  reports?: JobReports,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<string | undefined> {
  using _ = reports?.hold()
  const { createInterface } = await import('node:readline/promises')
  using terminal = createInterface({ input, output })
  const left = new AbortController()
  // While a line is read it is a key, and no signal.
  terminal.once('SIGINT', () => {
    left.abort()
    process.kill(process.pid, 'SIGINT')
  })
  try {
    return (await terminal.question(words, { signal: left.signal })).trim()
  } catch (thrown) {
    if (errorCodeOf(thrown) !== 'ABORT_ERR') throw thrown
    output.write('\n')
    return undefined
  }
}

export function isYes(typed: string | undefined): boolean {
  return typed !== undefined && /^y(es)?$/i.test(typed)
}
