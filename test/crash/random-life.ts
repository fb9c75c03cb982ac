import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { openJobRun } from '../../src/batch/durable/open-job-run.ts'
import { recordFile, recordLine } from '../../src/batch/sinks/record-file.ts'
import { recordFolder } from '../../src/batch/sinks/record-folder.ts'
import { planOf } from '../support/jobs.ts'
import { inputsOf, type RandomJob, stepsOf } from '../support/random-jobs.ts'

// One life of a random job: node random-life.ts FOLDER JOB LEFT. It kills itself, as `kill -9` does, at the call before which it has made LEFT.

const [folder, text, left] = process.argv.slice(2) as [string, string, string]
const { isMarkdown, durability, ...job } = JSON.parse(text) as RandomJob & LifeOptions
let calls = Number(left)

export interface LifeOptions {
  readonly isMarkdown: boolean
  readonly durability: 'process' | 'power'
}

function called(key: string): void {
  if (calls === 0) process.kill(process.pid, 'SIGKILL')
  calls -= 1
  appendFileSync(join(folder, 'calls'), `${key}\n`)
}

const records = isMarkdown
  ? recordFolder(join(folder, 'out'), 'job')
  : recordFile(join(folder, 'out.jsonl'), recordLine)
const report = job.hasReport ? recordFile(join(folder, 'report.jsonl'), recordLine) : undefined
const plan = planOf(stepsOf(job, called), inputsOf(job), {
  journalFolder: join(folder, 'journal'),
  output: { records, report, isOrdered: job.isOrdered, fields: undefined },
  concurrency: job.concurrency,
  durability,
})
await using run = await openJobRun(plan)
const { state, tally, derived, broken } = await run.ended
if (broken !== undefined) throw broken
process.stdout.write(JSON.stringify({ id: run.id, state, tally, derived }))
