import { Failure } from '../core/failure.ts'

export function unknownRun(id: string, place: string): Failure {
  return new Failure(
    'RUN_UNKNOWN',
    `there is no run ${id} in the journal ${place}: \`weft runs\` lists those there are`,
  )
}

export function isOpen(id: string, place: string): Failure {
  return new Failure('INVALID_INPUT', `the run ${id} in the journal ${place} is open: close it first`)
}

export function isClosed(id: string, place: string): Failure {
  return new Failure('INVALID_INPUT', `the run ${id} in the journal ${place} is closed: nothing can be recorded in it`)
}
