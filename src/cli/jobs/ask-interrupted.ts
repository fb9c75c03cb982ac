import type { JobRunOptions } from '../../batch/durable/job-run.ts'
import { printable } from '../printable.ts'
import { answerTo, canAsk } from './question.ts'
import type { JobReports } from './view/job-reports.ts'

type Ask = NonNullable<JobRunOptions['askInterrupted']>
type Answer = Awaited<ReturnType<Ask>>

/** Asks the user what is to become of work that was begun and has no result; nobody is asked where there is no terminal. */
export function askOnTerminal(reports: JobReports): { readonly askInterrupted?: Ask } {
  if (!canAsk()) return {}
  const forAll = new Map<string, Answer>()
  let asked: Promise<Answer> = Promise.resolve(undefined)
  let isInterrupted = false
  const ask: Ask = (itemId, step, input) => {
    // One question after the other: there is one keyboard.
    asked = asked.then(async () => {
      if (forAll.has(step)) return forAll.get(step)
      const given = isInterrupted ? undefined : await question(reports, askedOf(step, itemId, input))
      // The run ends, and leaves open what nobody has decided.
      isInterrupted = given === undefined
      if (given === undefined) return undefined
      const { answer, isForAll } = given
      if (isForAll) forAll.set(step, answer)
      return answer
    })
    return asked
  }
  return { askInterrupted: ask }
}

/** Undefined: the user has interrupted. */
async function question(reports: JobReports, what: string): Promise<{ answer: Answer; isForAll: boolean } | undefined> {
  const words = `${what} was begun and has no result: (r)un it again, count it as (f)ailed, or (l)eave it open? Capital letter: all of this step. `
  for (;;) {
    const typed = await answerTo(words, reports)
    if (typed === undefined) return undefined
    const answer = parseAnswer(typed.toLowerCase())
    if (answer !== null) return { answer, isForAll: typed !== typed.toLowerCase() }
  }
}

/** As it stands in the records, and what it is made of, as far as a line has room for that. */
export function askedOf(step: string, itemId: string, input: unknown): string {
  const text = JSON.stringify(input) ?? ''
  return printable(`${step} of item ${itemId} (${text.length > 80 ? `${text.slice(0, 79)}…` : text})`)
}

/** Null: it is none of the answers. */
export function parseAnswer(typed: string): Answer | null {
  if (typed === 'r') return 'rerun'
  if (typed === 'f') return 'fail'
  return typed === 'l' ? undefined : null
}
