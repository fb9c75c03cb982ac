import type { JobReports } from './view/job-reports.ts'

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY
}

/** What somebody typed for an answer, without the space around it. */
export async function answerTo(words: string, reports?: JobReports): Promise<string> {
  using _ = reports?.hold()
  const { createInterface } = await import('node:readline/promises')
  using terminal = createInterface({ input: process.stdin, output: process.stderr })
  return (await terminal.question(words)).trim()
}

export function isYes(typed: string): boolean {
  return /^y(es)?$/i.test(typed)
}
