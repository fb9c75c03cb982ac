import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { loadJob } from '../../src/batch/job/file/load-job.ts'
import type { JobPlan } from '../../src/batch/job/plan.ts'
import { planJob } from '../../src/batch/job/plan-job.ts'
import { sourceStart } from '../../src/batch/sources/source.ts'
import type { Step } from '../../src/batch/steps/step.ts'
import type { ItemView } from '../../src/batch/template/item-view.ts'
import type { Runtime, TaskContext } from '../../src/index.ts'

/** The plan of a job that is written into a folder as YAML (JSON is YAML). */
export async function planOf(folder: string, definition: object): Promise<JobPlan> {
  const path = join(folder, 'job.yaml')
  await writeFile(path, JSON.stringify(definition, null, 1))
  return planJob(await loadJob(path), { stdin: new PassThrough(), stdout: new PassThrough() })
}

/**
 * The items of a plan, taken through its steps one after the other: without a journal, an output, or anything at the same time. An item that
 * fails rejects.
 */
export async function throughSteps(plan: JobPlan, weft: Runtime): Promise<ItemView[]> {
  let views: ItemView[] = []
  for await (const { input } of plan.source.items(sourceStart, new AbortController().signal)) {
    views.push({ input, results: {}, last: input })
  }
  for (const step of plan.steps) views = await pass(step, views, weft)
  return views
}

async function pass(step: Step, views: readonly ItemView[], weft: Runtime): Promise<ItemView[]> {
  if (step.kind === 'filter') return views.filter((view) => step.keep(view) === true)
  if (step.kind === 'collect') return [{ input: undefined, results: {}, last: views, items: views }]
  const call = <T>(work: (context: TaskContext) => Promise<T>): Promise<T> =>
    weft.call((_: undefined, context) => work(context), undefined, { lane: step.lane })
  const withResult = (view: ItemView, value: unknown): ItemView => {
    const data: unknown = JSON.parse(JSON.stringify(value))
    return { ...view, results: { ...view.results, [step.name]: data }, last: step.isAside ? view.last : data }
  }
  if (step.kind === 'select') {
    const { kept, values } = await call((context) =>
      step.run(
        views.map((view) => step.prepare(view)),
        context,
      ),
    )
    return kept.map((index) => (values === undefined ? views[index]! : withResult(views[index]!, values[index])))
  }
  const passed: ItemView[] = []
  for (const view of views) {
    const given: unknown = JSON.parse(JSON.stringify(step.prepare(view)))
    const value = await call((context) => step.run(given, context))
    const all = step.kind === 'expand' ? (value as unknown[]) : [value]
    passed.push(...all.map((one) => withResult(view, one)))
  }
  return passed
}
