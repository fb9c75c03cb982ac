// What the commands for jobs print with --help, below their options.

export const exitCodesHelp = `
Ctrl-C once: what runs is finished and recorded, the rest stays open. Twice: stops now. Either way the run can be gone on with.
Exit codes: 0 all done, 1 some failed or the run was stopped, 2 wrong usage, 3 nothing done, 130 interrupted,
141 whoever read the output closed it.`

export const runHelp = `
Examples:
  weft run job.yaml --dry-run                      the plan: items, steps, lanes, tokens, cost, time; what is left
  weft run job.yaml --limit 5 --out -              the first five items, records to standard output
  weft run job.yaml                                the job; the same again after Ctrl-C, a crash or kill -9 goes on
  weft run job.yaml --input other.csv --out other.jsonl
  weft run job.yaml --fresh                        all of it again, although it is known already

Its journal is .weft/NAME beside the job file. A finished job that is run again does only what is new:
lines that were added, steps that were changed. Where that would do effects again (mails that were sent), because the code of
their step was changed, it is refused, or asked: the message names the version that keeps them, --redo-effects does them again,
and --fresh does, too. weft schema prints what a job file may say.
`

export const runsHelp = `
Examples:
  weft runs                                        of all jobs beside the working folder
  weft runs job.yaml                               of this job
  weft runs prune --keep 3                         all but the last three of each job
  weft runs prune --older-than 7d --yes            without a question, for cron
  weft runs prune companies-4                      this one, finished or not

What is forgotten was paid for: a next run does it anew, effects (mails that were sent) included.`

export const showHelp = `
Examples:
  weft show companies-3
  weft show job.yaml                               its last run
  weft show companies-3 --json | jq .dead`

export const resumeHelp = `
Examples:
  weft resume companies-3                          with the input, output and limit that it was begun with
  weft resume companies-3 --job moved/job.yaml
`

export const retryHelp = `
Examples:
  weft retry companies-3                           what failed and may succeed now
  weft retry companies-3 --dead                    what failed for good, after its cause was mended
  weft retry companies-3 --failed --dead --skipped
`

export const exportHelp = `
Examples:
  weft export companies-3 > companies.jsonl
  weft export companies-3 --out markdown/          one .md for each item`

export const rollbackHelp = `
Example:
  weft rollback orders-3                           runs the steps' compensate, in reverse order; what fails is tried again
                                                   by the next rollback
`

export const benchHelp = `
Examples:
  weft bench job.yaml                              20 items, twice: one after another, then in parallel
  weft bench job.yaml --limit 100 --yes            although it is expected to cost money, or has effects

Nothing is recorded and no output is written, but what steps change outside they change twice for each item: a job with a step
that says effects: true is measured with --yes alone.
With few and quick items the start of threads is most of what is measured: raise --limit.`

export const schemaHelp = `
Examples:
  weft schema > job.schema.json

and then, as the first line of a job file, for editors that know the YAML language server:
  # yaml-language-server: $schema=./job.schema.json`
