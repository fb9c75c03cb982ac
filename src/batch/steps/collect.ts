import * as v from 'valibot'
import type { MadeStep, StepKind, StepSite } from './kind.ts'

/** Waits for all items. What comes behind it is given one item, whose `items` they are. */
export const collectKind: StepKind = {
  key: 'collect',
  result: 'collect',
  schema: v.strictObject({}),
  isBare: true,
  make: (_: object, { name }: StepSite): MadeStep => ({ steps: [{ kind: 'collect', name, uses: [] }] }),
}
