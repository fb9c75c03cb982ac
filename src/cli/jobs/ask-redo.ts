import { changedText, remedy } from '../../batch/durable/effects/changed-words.ts'
import type { JobRunOptions } from '../../batch/durable/job-run.ts'
import { printable } from '../printable.ts'
import { answerTo, canAsk, isYes } from './question.ts'
import type { JobReports } from './view/job-reports.ts'

type Ask = NonNullable<JobRunOptions['askRedoEffects']>

/** Asks the user whether changed steps are to do again what they did outside; where there is no terminal nobody is asked, and they are not. */
export function askRedoOnTerminal(reports: JobReports): { readonly askRedoEffects?: Ask } {
  if (!canAsk()) return {}
  return {
    askRedoEffects: async (changed) => {
      const lines = changed.flatMap((one) => [changedText(one), `  ${remedy(one)}`])
      return isYes(await answerTo(`${lines.map(printable).join('\n')}\ndo it again? (y/N) `, reports))
    },
  }
}
