import type { GenerateRequest, Generation, Generator, ModelContext } from '../../models/model.ts'
import type { Failure, LaneTask, ProviderReport } from '../../src/index.ts'

/** A task that asks a model, and keeps what it told its lane and what it used. */
export function asking(model: Generator): {
  readonly task: LaneTask<GenerateRequest, Generation>
  readonly reports: readonly ProviderReport[]
} {
  const reports: ProviderReport[] = []
  const run = (request: GenerateRequest, context: ModelContext): Promise<Generation> =>
    model.generate(request, {
      id: context.id,
      attempt: context.attempt,
      signal: context.signal,
      addUsage: (usage) => context.addUsage(usage),
      call: (task, input, options) => context.call(task, input, options),
      open: (resource) => context.open(resource),
      waitFor: (promise) => context.waitFor(promise),
      report: (report) => {
        reports.push(report)
        context.report(report)
      },
    })
  return { task: { kind: 'lane-task', name: 'ask', lane: model.lane, run }, reports }
}

export function said(content: string): GenerateRequest {
  return { messages: [{ role: 'user', content }] }
}

/** The same, whose failures are its result: the lane does not hear of them. */
export function failing(model: Generator): LaneTask<GenerateRequest, Failure> {
  const { task } = asking(model)
  const run = (request: GenerateRequest, context: Parameters<typeof task.run>[1]): PromiseLike<Failure> =>
    Promise.resolve(task.run(request, context)).then(
      () => {
        throw new Error('expected a failure, got an answer')
      },
      (failure: Failure) => failure,
    )
  return { kind: 'lane-task', name: 'fail', lane: model.lane, run }
}
