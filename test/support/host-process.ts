import { readFileSync } from 'node:fs'

/** The processes of local models that a process has started, by what Linux tells. */
export function hostProcesses(parent: number = process.pid): number[] {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return children.map(Number).filter((id) => readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('model-host'))
}
