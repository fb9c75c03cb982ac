import type { Outcome } from '../../core/outcome.ts'
import { Execution } from '../../execute/execution.ts'
import type { CallRequest, Hedged, OwnedTask, Owner, Terms } from '../../execute/terms.ts'
import type { Figures } from '../../observe/figures.ts'

/** The line that both attempts are on. */
interface HedgingLine<I, O> extends Owner<I, O> {
  readonly figures: Figures
  countBackup(change: 1 | -1): void
  call<CI, CO>(task: OwnedTask, request: CallRequest<CI, CO>, holder?: OwnedTask): OwnedTask
  nudge(): void
  freed(): void
  turnAway(task: OwnedTask): boolean
}

/**
 * A second attempt of a task beside a slow one: a task of its own for the lane, with the same id, that is tried once. Its outcome is
 * the first one's, who knows what follows from it.
 */
export function backupOf<I, O>(line: HedgingLine<I, O>, task: Hedged<I, O>, terms: Terms<I, O>): OwnedTask {
  const { figures } = line
  figures.hedges += 1
  const owner: Owner<I, O> = {
    started: () => {
      line.countBackup(1)
      figures.attempts += 1
      task.backupStarted()
    },
    settled: (backup, outcome: Outcome<O, I>, active) => {
      if (active) {
        line.countBackup(-1)
        line.nudge()
      }
      if (backup.attempts === 0) figures.hedges -= 1
      figures.ran(terms.lane.name, outcome.runMs)
      task.backupSettled(outcome)
      if (active) line.freed()
    },
    returned: (backup, calledAt) => line.returned(backup, calledAt),
    abandoned: (change) => line.abandoned(change),
    call: (backup, request) => line.call(backup, request, task),
    // What is reserved is reserved for the first one.
    delegates: () => line.delegates(task),
    patterns: (attempt) => line.patterns(attempt),
    // Tried once, and not hedged itself; but what its lane was refused is queued again.
    waiting: (backup) => line.waiting(backup),
    backingOff: () => {
      line.countBackup(-1)
      // A run that is being stopped begins it no more, so the first one would wait for it for ever.
      if (task.active || !line.turnAway(task)) line.nudge()
      line.freed()
    },
    backup: () => undefined,
  }
  const { index, input, laneKey, key, estimate } = task
  const same: Terms<I, O> = {
    ...terms,
    retry: { ...terms.retry, maxAttempts: 1 },
    hedge: undefined,
    // What the caller's functions said the first time: they are not asked again.
    laneKey: () => laneKey,
    key: () => key,
    estimate: (terms.estimate ?? terms.learned) && (() => estimate),
    learned: undefined,
    owner,
  }
  const backup = task.twin?.(same) ?? new Execution(same, index, input, terms.services.clock.latest)
  backup.admitted = true
  return backup
}
