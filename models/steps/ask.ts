import * as v from 'valibot'
import { Failure } from '../../src/core/failure.ts'
import { parseOptions } from '../../src/core/options.ts'
import type { LaneTask } from '../../src/core/task.ts'
import type { Generation, Generator } from '../model.ts'
import { documentRule, fenced } from './fence.ts'
import { type PromptOptions, promptEntries, prompted, requestOptions } from './prompted.ts'
import { type TextSource, textOf } from './text-of.ts'

export interface AskOptions extends PromptOptions {
  readonly question: string
  /** How to answer: for whom, at what length, in which language. */
  readonly instructions?: string
}

export type Answer = Pick<Generation, 'text' | 'usage' | 'stopReason' | 'model'>

const options = v.strictObject({
  ...promptEntries,
  question: v.pipe(v.string(), v.minLength(1)),
  instructions: v.optional(v.string()),
})

/**
 * Has a model answer a question by a text, or by several texts together: `weft.map(pages, ask(model, 'Who owns the mill?'))`. The answer
 * says so where they do not hold it. The texts are fenced (see `fenced`) and go to the model as a whole: of many, take what `rank` puts
 * first.
 *
 * @throws Failure `INVALID_OPTION`. Its tasks: `INVALID_INPUT`, and what `Generator.generate` throws
 */
export function ask(
  model: Generator,
  given: string | AskOptions,
): LaneTask<TextSource | readonly TextSource[], Answer> {
  const named = typeof given === 'string' ? { question: given } : given
  const parsed = parseOptions(options, named, 'ask') as AskOptions
  const system = [
    'You answer a question by the documents that you are given, and by nothing else. If they do not hold the answer, say so in a sentence.',
    documentRule,
    ...(parsed.instructions === undefined ? [] : [parsed.instructions]),
  ].join('\n\n')
  return prompted<TextSource | readonly TextSource[], unknown, Answer>(model, {
    name: 'ask',
    request: (input) => {
      const texts = (isList(input) ? input : [input]).map((source) => textOf(source, 'ask'))
      if (texts.length === 0) throw new Failure('INVALID_INPUT', 'ask: expected at least one text')
      const content = `${fenced(texts)}\n\nThe question: ${parsed.question}`
      return { ...requestOptions(parsed), system, messages: [{ role: 'user', content }] }
    },
    onDelta: parsed.onDelta,
    answer: ({ text, usage, stopReason, model }) => ({ text, usage, stopReason, model }),
  })
}

function isList(input: TextSource | readonly TextSource[]): input is readonly TextSource[] {
  return Array.isArray(input)
}
