import { Failure } from '../../core/failure.ts'
import type { TaskHandle } from '../../core/graph.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { PathLink } from '../../core/statistics.ts'
import type { Tally } from '../../core/tally.ts'
import type { TaskContext } from '../../core/task.ts'
import { parentOf } from '../../execute/attempt.ts'
import { Execution } from '../../execute/execution.ts'
import type { OwnedTask, ParentAttempt } from '../../execute/terms.ts'
import { Admission } from '../line/admission.ts'
import { Line } from '../line/line.ts'
import { type TaskPlan, termsOf } from '../line/task-plan.ts'
import type { Course, End, Supply } from '../run/course.ts'
import type { LiveRun } from '../run/live-run.ts'
import { ItemTally } from '../run/tally.ts'
import type { Graph, GraphNode } from './graph.ts'
import { NodePlans } from './node-plans.ts'
import { type GraphLine, NodeRun, pathTo } from './node-run.ts'
import { isOptional, needFailed, neverBegan, put, valuesOf } from './outcomes.ts'
import { RankedOrder } from './ranked-order.ts'
import { Ranks } from './ranks.ts'
import { Spawned } from './spawned.ts'
import { isTaskHandle } from './task.ts'

/**
 * A graph on its way: each task stands ready the moment its last need is met, on the line of its lane and priority, where the longest
 * remaining path goes first.
 */
export class GraphCourse implements Course, Supply<unknown, unknown> {
  readonly #run: LiveRun
  readonly #graph: Graph
  readonly #ended: (outcomes: Readonly<Record<string, Outcome<unknown>>>, broken: Failure | undefined) => void
  readonly #runs: NodeRun[] = []
  readonly #plans: NodePlans
  readonly #lines = new Map<string, GraphLine>()
  readonly #ranks: Ranks
  readonly #tally = new ItemTally()
  #end: End | undefined
  #last: NodeRun | undefined
  #pathMs = 0

  /** @param counted whether the run has a budget, its own or that of a run around it */
  constructor(
    run: LiveRun,
    graph: Graph,
    counted: boolean,
    ended: (outcomes: Readonly<Record<string, Outcome<unknown>>>, broken: Failure | undefined) => void,
  ) {
    this.#run = run
    this.#graph = graph
    this.#plans = new NodePlans(run.parts, counted, (context, name, handle) => this.#spawn(context, name, handle))
    this.#ended = ended
    this.#ranks = new Ranks(({ handle }) => handle.options.expectedMs ?? this.#plans.of(handle).expectation.ms)
  }

  open(): void {
    for (const { handle } of this.#graph.nodes) this.#plans.add(handle)
    this.#enter(this.#graph.ordered)
    // The run wakes its lines when all stand ready.
    for (const run of this.#runs) if (run.unmet === 0) this.#ready(run)
  }

  get isOpen(): boolean {
    return this.#tally.in < this.#runs.length
  }

  get known(): number {
    return this.#runs.length
  }

  get total(): number {
    return this.#runs.length
  }

  get tally(): Tally {
    return this.#tally.now
  }

  get criticalPath(): readonly PathLink[] {
    return pathTo(this.#last)
  }

  get pathMs(): number {
    return this.#pathMs
  }

  next(): undefined {}

  settled(task: OwnedTask, outcome: Outcome<unknown>): void {
    const run = this.#runs[task.index]!
    run.expectation.learn(outcome, task.spanMs)
    this.#settle(run, outcome)
  }

  close(end: End): void {
    // A budget that is spent says so for every task that stands ready.
    if (this.#end !== undefined) return
    this.#end = end
    const left = this.#runs.filter(({ outcome, task }) => outcome === undefined && task === undefined)
    for (const run of left) run.outcome = { ...neverBegan(run), ...end }
    for (const run of left) this.#deliver(run)
  }

  ended(broken: Failure | undefined): void {
    const outcomes: Record<string, Outcome<unknown>> = {}
    for (const { node, outcome } of this.#runs) put(outcomes, node.name, outcome!)
    this.#ended(outcomes, broken)
  }

  /**
   * @param nodes in topological order
   * @param underFlight whether others may wait, by single-flight, for a task that may wait for these
   */
  #enter(nodes: readonly GraphNode[], underFlight = false): NodeRun[] {
    const { id, parts } = this.#run
    const idPrefix = `${id}/`
    for (const node of nodes) {
      const plan = this.#plans.of(node.handle)
      const place = this.#line(plan, underFlight)
      const name = node.handle.options.name ?? node.name
      const terms = termsOf(plan, { idPrefix, name, underFlight, owner: place.line, services: parts.services })
      this.#runs[node.index] = new NodeRun(node, place, terms, plan.expectation)
    }
    const risen = this.#ranks.add(nodes, (node) => this.#runOf(node).task?.attempts === 0)
    for (const node of [...nodes, ...risen]) {
      const run = this.#runOf(node)
      run.rank = this.#ranks.of(node)
      run.place.order.moved(run)
    }
    return nodes.map(this.#runOf)
  }

  #line({ lane, priority, key }: TaskPlan<unknown, unknown>, underFlight: boolean): GraphLine {
    const hasKeys = key !== undefined && !underFlight
    const name = `${lane.name}/${priority}/${hasKeys}`
    let place = this.#lines.get(name)
    if (place === undefined) {
      const order = new RankedOrder((task) => this.#runs[task.index]!)
      const admission = Admission.of(this.#run, hasKeys)
      const concurrency = Number.POSITIVE_INFINITY
      place = { order, line: new Line(this.#run, { lane, priority, concurrency, admission, order }, this) }
      this.#lines.set(name, place)
    }
    return place
  }

  readonly #runOf = (node: GraphNode): NodeRun => this.#runs[node.index]!

  #ready(run: NodeRun): void {
    if (run.outcome !== undefined || run.task !== undefined) return
    const task = this.#make(run)
    // `input`, `laneKey`, `key` or `estimate`, the caller's functions, may have stopped the run, and this task with it.
    if (run.outcome !== undefined) return
    // What they throw is this task's failure.
    if (task instanceof Failure) return this.#settle(run, { ...neverBegan(run), status: 'failed', failure: task })
    run.task = task
    this.#run.unsettled.add(task)
    if (!this.#run.turnAway(task)) run.place.line.put(task)
  }

  #make(run: NodeRun): Execution<unknown, unknown> | Failure {
    const { clock } = this.#run.parts.services
    try {
      const values = valuesOf(run, this.#runOf)
      const { input } = run.node.handle
      const given = input === undefined ? values : (input as (needs: unknown) => unknown)(values)
      return new Execution(run.terms, run.node.index, given, clock.now())
    } catch (thrown) {
      return Failure.from(thrown)
    }
  }

  /** Ends a task, and with it all that cannot be without it: in turn, as chains may be long. */
  #settle(first: NodeRun, outcome: Outcome<unknown>): void {
    first.outcome = outcome
    const ended = [first]
    const ready: NodeRun[] = []
    for (const run of ended) {
      this.#deliver(run)
      for (const dependant of run.node.dependants) {
        const next = this.#runs[dependant.index]!
        if (next.outcome !== undefined) continue
        next.unmet -= 1
        next.pathMs = Math.max(next.pathMs, run.pathMs)
        if (next.unmet === 0) next.after = run
        if (run.outcome!.status !== 'done' && !isOptional(dependant, run.node)) {
          next.after = run
          next.outcome = { ...neverBegan(next), status: 'skipped', cause: needFailed(run) }
          ended.push(next)
        } else if (next.unmet === 0) ready.push(next)
      }
    }
    // All of them stand ready before any begins: the one that goes first may be any of them.
    for (const run of ready) this.#ready(run)
    for (const { place } of ready) place.line.lane.pump()
  }

  #deliver(run: NodeRun): void {
    const outcome = run.outcome!
    run.pathMs += outcome.runMs
    this.#pathMs = Math.max(this.#pathMs, run.pathMs)
    if (outcome.attempts > 0) this.#last = run
    this.#tally.add(outcome)
    if (run.task === undefined) {
      run.place.line.figures.settled(outcome, 0)
      this.#run.reporter.settled(outcome)
    }
    run.tell()
    this.#run.delivered(outcome)
  }

  #spawn<O>(context: TaskContext, name: string, handle: TaskHandle<O>): Spawned<O> {
    const attempt = parentOf(context)
    if (attempt.over !== undefined) throw attempt.over
    const spawner = this.#runs[context.index]!
    const there = this.#graph.get(name)
    // Another attempt of the same task finds what the one before it has spawned.
    if (there === undefined || this.#runOf(there).spawner !== spawner) this.#add(name, handle, attempt, spawner)
    const spawned = this.#runOf(this.#graph.get(name)!)
    const outcome = spawned.settling() as Promise<Outcome<O>>
    return new Spawned(spawner, attempt, spawned, outcome, this.#runOf, this.#run)
  }

  #add(name: string, handle: TaskHandle<unknown>, attempt: ParentAttempt, spawner: NodeRun): void {
    if (this.#end !== undefined) {
      if (this.#end.status === 'skipped') throw this.#end.cause
      throw new Failure('CANCELLED', `spawn: the graph begins nothing more, so ${name} cannot be added`)
    }
    if (isTaskHandle(handle)) this.#plans.addWhole(handle)
    const added = this.#enter(this.#graph.add([[name, handle]]), attempt.isFlight)
    for (const run of added) this.#begin(run, spawner)
    for (const { place } of added) place.line.lane.pump()
  }

  /** A task that was added late: some of its needs may have ended long ago. */
  #begin(run: NodeRun, spawner: NodeRun): void {
    run.after = spawner
    run.spawner = spawner
    const lost = run.node.needs.find(({ node, optional }) => {
      const { outcome } = this.#runOf(node)
      return !optional && outcome !== undefined && outcome.status !== 'done'
    })
    run.unmet = run.node.needs.filter(({ node }) => this.#runOf(node).outcome === undefined).length
    if (run.outcome !== undefined) return
    if (lost === undefined) return run.unmet === 0 ? this.#ready(run) : undefined
    this.#settle(run, { ...neverBegan(run), status: 'skipped', cause: needFailed(this.#runOf(lost.node)) })
  }
}
