import * as v from 'valibot'
import { maxTimerMs } from '../../src/core/clock.ts'
import type { LaneTask, TaskContext } from '../../src/core/task.ts'
import type { Delta, GenerateRequest, Generation, Generator } from '../model.ts'
import { answerAs, described, type Structure } from '../structured.ts'
import { checkedModel } from './checked-model.ts'

/** What can be said of every step that asks a model in words. Each default is the model's. */
export interface PromptOptions
  extends Pick<GenerateRequest, 'maxTokens' | 'temperature' | 'seed' | 'firstTokenTimeoutMs'> {
  /** The system prompt is the same for all inputs: the provider is asked to keep it. It pays where that prompt is long. Default false. */
  readonly cache?: boolean
  /** Called with the answer as it comes, on the event loop. */
  readonly onDelta?: (delta: Delta, of: Round) => void
}

/** Which answer a delta belongs to. An answer begins anew with each attempt and each round. */
export interface Round {
  /** Of the task: see `TaskContext.id`. */
  readonly id: string
  readonly attempt: number
  /** 1, and one more each time that the model is asked to correct its answer. */
  readonly round: number
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

/** The options of every step that asks a model, for the schema of its own. */
export const promptEntries: Readonly<Record<keyof PromptOptions, v.GenericSchema>> = {
  maxTokens: v.optional(count),
  temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.finite())),
  seed: v.optional(v.pipe(v.number(), v.integer())),
  firstTokenTimeoutMs: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(maxTimerMs))),
  cache: v.optional(v.boolean()),
  onDelta: v.optional(v.function()),
}

/** What a step asks for each input, and what it makes of the answer. */
export interface Prompting<I, T, O> {
  readonly name: string
  readonly request: (input: I) => GenerateRequest
  readonly structure?: Structure<T> | undefined
  readonly onDelta?: PromptOptions['onDelta'] | undefined
  /** Default: the answer itself. */
  readonly answer?: (generation: Generation<T>) => O
}

/** A task that asks the model once for each input, on the model's lane. */
export function prompted<I, T, O>(model: Generator, prompting: Prompting<I, T, O>): LaneTask<I, O> {
  const { lane } = checkedModel(model, 'generate', prompting.name)
  return {
    kind: 'lane-task',
    name: prompting.name,
    lane,
    run: (input, context) => {
      const asked = askModel(model, () => prompting.request(input), prompting, context)
      return prompting.answer === undefined ? (asked as Promise<O>) : asked.then(prompting.answer)
    },
    defaults: {
      estimate: (input, mode) => {
        const request = prompting.request(input)
        return model.estimate(
          prompting.structure === undefined ? request : described(request, prompting.structure),
          mode,
        )
      },
    },
  }
}

/**
 * One request as its step wants it: with deltas that say whose they are, and with its answer checked. Nothing here keeps the request while the
 * model answers, which may take hours: it is made anew where it is needed again.
 */
export function askModel<T>(
  model: Generator,
  request: () => GenerateRequest,
  { structure, onDelta }: Pick<Prompting<never, T, unknown>, 'structure' | 'onDelta'>,
  context: TaskContext,
): Promise<Generation<T>> {
  const ask = (asked: GenerateRequest, round: number): Promise<Generation> => {
    if (onDelta === undefined) return model.generate(asked, context)
    const of: Round = { id: context.id, attempt: context.attempt, round }
    const told = (delta: Delta): void => {
      asked.onDelta?.(delta)
      onDelta(delta, of)
    }
    return model.generate({ ...asked, onDelta: told }, context)
  }
  if (structure !== undefined) return answerAs(request, structure, ask)
  return ask(request(), 1) as Promise<Generation<T>>
}

/** What of a step's options goes into its requests, without what was left out. */
export function requestOptions(options: PromptOptions): Partial<GenerateRequest> {
  const given = Object.entries(options).filter(
    ([name, value]) => name in promptEntries && name !== 'onDelta' && value !== undefined,
  )
  return Object.fromEntries(given)
}
