import type { BatchState } from './batch-api.ts'

/** How a batch stands. @param nextMs until it is asked for again */
export function stateInWords({ id, requests, settled }: BatchState, nextMs: number | undefined): string {
  const done = settled > 0 ? `${count(settled)} of ${count(requests)} done` : `${count(requests)} requests`
  return `batch ${id}: ${done}, ${nextMs === undefined ? 'ended' : `asked again in ${seconds(nextMs)}`}`
}

export function count(number: number): string {
  return number.toLocaleString('en-US')
}

export function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`
}
