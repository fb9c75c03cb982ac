import type { RunStatistics, StageStatistics } from '../../core/statistics.ts'
import { noTally } from '../../core/tally.ts'
import { Figures } from '../../observe/figures.ts'
import { runStatistics, stageStatistics } from '../../observe/statistics.ts'
import type { Course } from './course.ts'
import type { LineOfRun } from './line-run.ts'
import type { ChildRun, ParentAccount, RuntimeParts } from './parts.ts'

/** All that a run counts: on its own lines, and in its child runs. */
export class RunAccount implements ParentAccount {
  #abandoned = 0
  readonly lines: LineOfRun[] = []
  /** Those that have not ended. */
  readonly children: Set<ChildRun> = new Set()
  /** What those that have ended counted, by name. */
  readonly #absorbed = new Map<string, Figures>()
  readonly #parent: ParentAccount | undefined

  /** @param parent that of the run that this one is a child of */
  constructor(parent: ParentAccount | undefined) {
    this.#parent = parent
  }

  get abandoned(): number {
    return this.#abandoned
  }

  countAbandoned(change: 1 | -1): void {
    this.#abandoned += change
    this.#parent?.countAbandoned(change)
  }

  /** What the child counted stays; the child itself goes. */
  absorb(child: ChildRun): void {
    this.children.delete(child)
    const figures = this.#absorbed.get(child.name) ?? new Figures()
    figures.add(child.total)
    this.#absorbed.set(child.name, figures)
  }

  /** Of its own tasks and those of its child runs. */
  get total(): Figures {
    return sum([this.#own, this.#childFigures])
  }

  statistics(parts: RuntimeParts, course: Course, wallMs: number, concurrency: number): RunStatistics {
    const { tally, derived, criticalPath, pathMs } = course
    const { abandoned } = this
    const own = this.#own
    const children = this.#childFigures
    const steps = this.lines.flatMap(({ stage, figures }) =>
      stage === undefined ? [] : stageStatistics(stage, figures),
    )
    return runStatistics({
      tally,
      derived: derived?.tally ?? noTally,
      own,
      total: sum([own, children]),
      children,
      stages: [...steps, ...this.#childStages()],
      criticalPath,
      pathMs,
      wallMs,
      concurrency,
      abandoned,
      loopDelay: parts.watch.delay,
      lane: parts.lane,
    })
  }

  /** Child runs of one name together, those that are still on included. */
  #childStages(): StageStatistics[] {
    const byName = new Map([...this.#absorbed].map(([name, figures]) => [name, sum([figures])]))
    for (const { name, total } of this.children) byName.set(name, sum([byName.get(name) ?? new Figures(), total]))
    return [...byName].map(([name, figures]) => stageStatistics(name, figures))
  }

  get #own(): Figures {
    return sum(this.lines.map((line) => line.figures))
  }

  get #childFigures(): Figures {
    return sum([...this.#absorbed.values(), ...[...this.children].map((child) => child.total)])
  }
}

function sum(all: readonly Figures[]): Figures {
  const figures = new Figures()
  for (const one of all) figures.add(one)
  return figures
}
