import { Admission } from '../line/admission.ts'
import { Line } from '../line/line.ts'
import type { Supply } from '../run/course.ts'
import type { LiveRun } from '../run/live-run.ts'
import { Batches } from './batches.ts'
import { Expander } from './expander.ts'
import { Folding } from './folding.ts'
import type { Gateway } from './gateway.ts'
import type { Origin } from './item.ts'
import type { Ledger } from './ledger.ts'
import type { Step } from './operators.ts'
import { type GatewayPlan, type PipelinePlan, type StepPlan, windowsOf } from './plan.ts'
import { isInBatches, Segment } from './segment.ts'

/**
 * Takes the seats on the lanes: one line for each step.
 *
 * @param supply asked for more by the first step of each segment, and by those whose lane may have no room for hours
 */
export function buildSegments(
  run: LiveRun,
  plan: PipelinePlan,
  ledger: Ledger,
  supply: Supply<unknown, unknown>,
): Segment[] {
  const behind: Supply<unknown, unknown> = {
    next: () => undefined,
    settled: (task, outcome) => supply.settled(task, outcome),
    afterwards: () => supply.afterwards?.(),
  }
  return plan.segments.map((segment) => {
    const first = segment.operators.find(({ kind }) => kind === 'step')
    const operators = segment.operators.map((one) => {
      if (one.kind !== 'step') return one
      return stepOf(run, one, one === first || isInBatches(one.task.lane) ? supply : behind)
    })
    const gateway = segment.gateway && gatewayOf(run.id, segment.gateway, ledger)
    return new Segment(operators, gateway, windowsOf(segment, plan), plan.isOrdered)
  })
}

function stepOf(
  run: LiveRun,
  { name, task, concurrency, known, ended }: StepPlan,
  supply: Supply<unknown, unknown>,
): Step {
  const { parts, id } = run
  const { lane, priority, key, expectation } = task
  const admission = Admission.of(run, key !== undefined)
  const line = new Line(run, { lane, priority, concurrency, admission, stage: name }, supply)
  const terms = { ...task, idPrefix: `${id}/`, owner: line, services: parts.services }
  const callsBack = (terms.laneKey ?? key ?? terms.estimate) !== undefined
  return { kind: 'step', name, line, terms, expectation, callsBack, known, ended }
}

function gatewayOf(runId: string, plan: GatewayPlan, ledger: Ledger): Gateway {
  const { name } = plan
  const origin: Origin = { prefix: `${runId}/${name}/`, index: undefined, name, parent: undefined, isDerived: true }
  if (plan.kind === 'flatMap') return new Expander(name, ledger)
  if (plan.kind === 'batch') return new Batches(origin, ledger, plan.size)
  if (plan.kind === 'reduce') return new Folding(origin, ledger, plan.fold, plan.initial)
  return new Folding(origin, ledger, append, [])
}

function append(values: unknown, value: unknown): unknown {
  ;(values as unknown[]).push(value)
  return values
}
