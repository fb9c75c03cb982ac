import type { JobReports } from './view/job-reports.ts'

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY
}

/**
 * What somebody typed for an answer, without the space around it. Undefined: Ctrl-C, or the end of the input, which interrupts as it does anywhere
 * else. While a line is asked for, the terminal gives Ctrl-C as a letter, and no signal comes.
 */
export async function answerTo(words: string, reports?: JobReports): Promise<string | undefined> {
  using _ = reports?.hold()
  const { createInterface } = await import('node:readline/promises')
  using terminal = createInterface({ input: process.stdin, output: process.stderr })
  const { promise: closed, resolve: close } = Promise.withResolvers<undefined>()
  terminal.once('SIGINT', () => close(undefined))
  terminal.once('close', () => close(undefined))
  const typed = terminal.question(words).catch(() => undefined)
  const answer = await Promise.race([typed, closed])
  if (answer !== undefined) return answer.trim()
  process.stderr.write('\n')
  if (!process.emit('SIGINT')) process.kill(process.pid, 'SIGINT')
  return undefined
}

export function isYes(typed = ''): boolean {
  return /^y(es)?$/i.test(typed)
}
