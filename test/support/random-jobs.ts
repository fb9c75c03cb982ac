import * as fc from 'fast-check'
import { contentKey, jsonOf } from '../../src/batch/durable/item/content-key.ts'
import type { Step } from '../../src/batch/steps/step.ts'
import { Failure } from '../../src/core/failure.ts'
import { collect, each, expand, filter, select } from './jobs.ts'

export interface RandomJob {
  readonly kinds: readonly Step['kind'][]
  readonly inputs: readonly (number | 'torn')[]
  readonly isOrdered: boolean
  readonly hasReport: boolean
  readonly hasFields: boolean
  readonly concurrency: number
}

const before = fc.array(fc.constantFrom<Step['kind']>('each', 'each', 'expand', 'filter', 'select'), { maxLength: 4 })
const behind = fc.array(fc.constantFrom<Step['kind']>('each', 'expand', 'filter', 'collect', 'select'), {
  maxLength: 3,
})

export const randomJob: fc.Arbitrary<RandomJob> = fc.record({
  kinds: fc
    .tuple(before, fc.boolean(), behind)
    .map(([first, isCollected, last]) => (isCollected ? [...first, 'collect' as const, ...last] : first)),
  inputs: fc.array(
    fc.oneof({ weight: 9, arbitrary: fc.nat(30) }, { weight: 1, arbitrary: fc.constant('torn' as const) }),
    {
      maxLength: 40,
    },
  ),
  isOrdered: fc.boolean(),
  hasReport: fc.boolean(),
  hasFields: fc.boolean(),
  concurrency: fc.integer({ min: 1, max: 6 }),
})

export function inputsOf({ inputs }: RandomJob): unknown[] {
  return inputs.map((input, at) => (input === 'torn' ? new Failure('INPUT_MALFORMED', `line ${at + 1}`) : { n: input }))
}

/**
 * Steps whose results follow from what they are given alone.
 *
 * @param called is told of each call, and of its content key
 * @param isMended what fails else does not
 */
export function stepsOf({ kinds }: RandomJob, called: (key: string) => void, isMended = (): boolean => false): Step[] {
  return kinds.map((kind, at) => {
    const name = `${kind}${at}`
    const seen = async (input: unknown): Promise<number> => {
      called(contentKey(name, jsonOf(input)))
      const sum = sumOf(name, input)
      for (let turn = sum % 3; turn > 0; turn -= 1) await new Promise(setImmediate)
      return sum
    }
    if (kind === 'each') {
      const run = async (input: unknown): Promise<unknown> => {
        const sum = await seen(input)
        if (sum % 7 === 0 && !isMended()) throw new Failure('TASK_FAILED', `${sum}`)
        return { at, sum }
      }
      return each(name, run, { prepare: ({ last, items }) => last ?? items?.map((item) => item.last) ?? null })
    }
    if (kind === 'expand') {
      const run = async (input: unknown): Promise<readonly unknown[]> => {
        const sum = await seen(input)
        return Array.from({ length: sum % 4 }, (_, position) => sum + position)
      }
      return expand(name, () => [], {
        run,
        prepare: ({ last, items }) => last ?? items?.map((item) => item.last) ?? null,
      })
    }
    if (kind === 'select') return { ...select(name, (input) => sumOf(name, input) % 3 !== 0), uses: [] }
    if (kind === 'filter') return filter(name, ({ last }) => sumOf(name, last) % 5 !== 0)
    return collect(name)
  })
}

function sumOf(name: string, value: unknown): number {
  let sum = 7
  for (const letter of name + jsonOf(value)) sum = (sum * 31 + letter.charCodeAt(0)) % 1_000_003
  return sum
}
