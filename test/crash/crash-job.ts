import { join } from 'node:path'
import { type TempFolder, tempFolder } from '../support/temp-folder.ts'

export interface CrashJob {
  readonly origin: string
  readonly items: number
  readonly durability: 'process' | 'power'
  readonly isOrdered: boolean
  /** Items on their way at the same time. */
  readonly concurrency: number
}

export const jobName = 'companies'

/** A job of four steps in a folder of its own: two of them call the server, two compute. */
export function crashJobFolder(job: CrashJob): Promise<TempFolder> {
  const lines = Array.from({ length: job.items }, (_, item) =>
    JSON.stringify({ item, url: `${job.origin}/page/${item}` }),
  )
  return tempFolder({
    'job.yaml': jobText(job),
    'score.ts': scoreText(job.origin),
    'companies.jsonl': `${lines.join('\n')}\n`,
  })
}

export function outputOf(folder: string): string {
  return join(folder, 'out.jsonl')
}

function jobText({ durability, isOrdered, concurrency }: CrashJob): string {
  return `
name: ${jobName}
input: { file: companies.jsonl }
durability: ${durability}
concurrency: ${concurrency}
steps:
  - read: { url: "{{url}}", allowPrivate: true, retries: 0, perHost: 64 }
  - summarise: { with: extractive, sentences: 1 }
  - run: { module: ./score.ts, export: score, lane: io, as: score, retry: { maxAttempts: 1 } }
  - run: { module: ./score.ts, export: label, as: label }
output: { jsonl: out.jsonl, fields: [summary, score, label], ordered: ${isOrdered} }
`
}

/** What a user would write. */
function scoreText(origin: string): string {
  return `
export async function score({ input, results }, context) {
  const response = await fetch('${origin}/score/' + input.item, { method: 'POST', body: results.summary, signal: context.signal })
  return (await response.json()).score
}
export function label({ input, results }) {
  return 'company ' + input.item + (results.score > 50 ? ' is good' : ' is not')
}
`
}
